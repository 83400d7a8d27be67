/**
 * A command that is run: a quoted string with command and arguments, or a path alone with user and group after
 * it. Inside, shell-like rules: single quotes literal, double quotes grouping, backslash escapes.
 */
import { rawText } from '../../config/command-words.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { demand, quoteWord } from '../../config/schema-value.ts';
import type { Word } from '../../config/tree.ts';
import { needsShell, splitCommand } from './command-words.ts';

export type Command =
  | { readonly kind: 'program'; readonly argv: readonly string[] }
  /** A shell expression, run by `/bin/sh -c`. */
  | { readonly kind: 'shell'; readonly line: string }
  /** `</path`: the shell reads the file as its input. */
  | { readonly kind: 'input'; readonly path: string };

export interface ScriptCommand {
  readonly command: Command;
  /** undefined where `script_user` decides. */
  readonly user: string | undefined;
  readonly group: string | undefined;
}

/** With user and group after it, as for the notify keywords. */
export const scriptCommand: Value<ScriptCommand> = {
  syntax: '<PATH>|"<CMD ARGS>" [<USER> [<GROUP>]]',
  read(cursor) {
    const word = commandWord(cursor);
    if (word === undefined) return undefined;
    const rest = ownWords(cursor);
    if (rest.some(cannotBeUser) || rest.length > 2) {
      return { command: joinedCommand(cursor, word), user: undefined, group: undefined };
    }
    cursor.next += rest.length;
    return { command: commandOf(cursor, word), user: rest[0]?.text, group: rest[1]?.text };
  },
  write: ({ command, user, group }) =>
    [writeCommand(command), user, group].filter((part) => part !== undefined).join(' '),
};

/** Without user: whatever stands after the command can only be meant as its arguments. */
export const plainCommand: Value<Command> = {
  syntax: '<PATH>|"<CMD ARGS>"',
  read(cursor) {
    const word = commandWord(cursor);
    if (word === undefined) return undefined;
    return ownWords(cursor).length > 0 ? joinedCommand(cursor, word) : commandOf(cursor, word);
  },
  write: (command) => writeCommand(command),
};

/** The words up to the end of the line, or to one that begins a further statement. */
function ownWords(cursor: Cursor): readonly Word[] {
  let end = cursor.next;
  while (end < cursor.words.length && !cursor.siblings.has(cursor.words[end]?.text ?? '')) end += 1;
  return cursor.words.slice(cursor.next, end);
}

/** Words that no user or group is called, and that scripts are often told. */
function cannotBeUser(word: Word): boolean {
  return (
    word.quoted ||
    !/^(\d+|[A-Za-z_][\w.-]*\$?)$/.test(word.text) ||
    /^(master|backup|fault|stop|deleted|up|down|start)$/i.test(word.text)
  );
}

function joinedCommand(cursor: Cursor, word: Word): Command {
  const rest = ownWords(cursor);
  const all = [word, ...rest];
  cursor.next += rest.length;
  const single = inSingleQuotes(rawText(all));
  if (single !== undefined) {
    return commandIn(cursor, { ...word, quoted: true }, { source: single, words: single });
  }
  cursor.report(cursor, {
    code: 'language.unquoted-command',
    word: rest[0] ?? word,
    message: 'the words after the command are understood as its arguments',
    help: `put the whole command into one pair of double quotes: "${all.map((each) => each.text).join(' ')}"`,
  });
  const text = all.map((each) => (each.quoted ? each.raw : each.text)).join(' ');
  return commandIn(cursor, { ...word, quoted: true }, { source: text, words: text });
}

/** keepalived takes the quotes around a command away, and reads what it then has by the same rules once more. */
function commandOf(cursor: Cursor, word: Word): Command {
  const { raw } = word;
  if (word.quoted && raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"')) {
    const source = raw.slice(1, -1).replaceAll('\\"', '"');
    return commandIn(cursor, word, { source, words: splitCommand(raw).join(' ') });
  }
  const source = inSingleQuotes(raw) ?? word.text;
  const words = word.quoted ? source : splitCommand(source).join(' ');
  return commandIn(cursor, word, { source, words });
}

function inSingleQuotes(raw: string): string | undefined {
  return /^'([^']*)'$/.exec(raw)?.[1];
}

/** `source` with its escapes still in it tells whether a shell is needed, `words` is split. */
function commandIn(
  cursor: Cursor,
  word: Word,
  { source, words }: { readonly source: string; readonly words: string },
): Command {
  if (source.startsWith('<')) return { kind: 'input', path: source.slice(1).trim() };
  if (!word.quoted && !/[\s'"\\]/.test(source)) return { kind: 'program', argv: [source] };
  if (needsShell(source)) {
    cursor.report(cursor, {
      code: 'language.shell-expression',
      word,
      message: 'this command is a shell expression and is run by /bin/sh',
      help: 'put the expression into a script file of its own and name that file here',
    });
    return { kind: 'shell', line: source };
  }
  const argv = splitCommand(words);
  return argv.length === 0 ? { kind: 'shell', line: source } : { kind: 'program', argv };
}

/** Quoted pieces that touch, as in `""/bin/check""`, are one word to whoever runs a command. */
function commandWord(cursor: Cursor): Word | undefined {
  const first = demand(cursor, 'a command');
  let word = first;
  for (let next = cursor.words[cursor.next]; word !== undefined; next = cursor.words[cursor.next]) {
    if (next === undefined || !touches(word, next)) break;
    cursor.next += 1;
    const text = word.text + next.text;
    const span = { ...word.span, end: next.span.end };
    word = { ...word, text, raw: `"${text}"`, quoted: true, span };
  }
  return word;
}

function touches(one: Word, other: Word): boolean {
  return (
    (one.quoted || other.quoted) &&
    one.span.source === other.span.source &&
    one.via.length === other.via.length &&
    one.span.end === other.span.start
  );
}

function writeCommand(command: Command): string {
  switch (command.kind) {
    case 'input':
      return `"<${command.path}"`;
    case 'shell':
      return `"${command.line.replaceAll('"', '\\"')}"`;
    case 'program': {
      const [only] = command.argv;
      if (command.argv.length === 1 && only !== undefined && quoteWord(only) === only) return only;
      const plain = command.argv.map((part) =>
        /^[\w@%+=:,./-]+$/.test(part) ? part : literal(part),
      );
      const words = needsShell(plain.join(' ')) ? command.argv.map(literal) : plain;
      return `"${words.join(' ').replace(/["\\]/g, '\\$&')}"`;
    }
  }
}

/** In single quotes, where nothing but the quote and the backslash has a meaning. */
function literal(part: string): string {
  return `'${part.replace(/['\\]/g, "'\\$&'")}'`;
}
