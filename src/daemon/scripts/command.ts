/** A program to run, worked out from the configuration, and who runs it. */

export interface Command {
  /** The words: program first. Run without a shell. */
  readonly argv: readonly string[];
  /** What is executed, where that is not the first word: the words with their symbolic links resolved. */
  readonly file?: string;
  /** Undefined runs as whoever the daemon is. */
  readonly user: Account | undefined;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** With all groups that the host gives it, not its own alone. */
  readonly allGroups?: boolean;
}

/** As an operator would type it. */
export function renderCommand(command: Command): string {
  return command.argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
