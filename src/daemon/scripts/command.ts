/** A program to run, worked out from the configuration, and who runs it. */

export interface Command {
  /** The words: program first. Run without a shell. */
  readonly argv: readonly string[];
  /** Undefined runs as whoever the daemon is. */
  readonly user: Account | undefined;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** As an operator would type it. */
export function renderCommand(command: Command): string {
  return command.argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
