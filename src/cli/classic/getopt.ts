/** Reads a command line as getopt_long does: clusters, glued arguments, abbreviated long names. */
import { failure, type Outcome, success } from '../../base/outcome.ts';
import { type ClassicName, type ClassicOption, classicOptions } from './option-table.ts';

export interface ClassicLine {
  /** By long name; empty text without an argument. The last one counts. */
  readonly options: ReadonlyMap<ClassicName, string>;
  /** Words that are no options, which keepalived only mentions. */
  readonly rest: readonly string[];
}

type Known = ClassicOption & { readonly long: ClassicName };
const table: readonly Known[] = classicOptions;

/** Or a sentence about what is not understood. */
export function readClassicLine(words: readonly string[]): Outcome<ClassicLine, string> {
  const options = new Map<ClassicName, string>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      rest.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      continue;
    }
    const read = word.startsWith('--')
      ? readLong(word.slice(2), words[at + 1], options)
      : readCluster(word.slice(1), words[at + 1], options);
    if (!read.ok) return read;
    at += read.value;
  }
  return success({ options, rest });
}

type Store = Map<ClassicName, string>;

/** How many further words were taken. */
function readLong(text: string, next: string | undefined, options: Store): Outcome<number, string> {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const glued = equals < 0 ? undefined : text.slice(equals + 1);
  const exact = table.filter((option) => option.long === name);
  const found = exact.length > 0 ? exact : table.filter(({ long }) => long.startsWith(name));
  const [option] = found;
  if (option === undefined) return failure(`Unknown option --${name}`);
  if (found.length > 1) {
    return failure(
      `--${name} may be ${found.map(({ long }) => `--${long}`).join(' or ')}: write one of them`,
    );
  }
  if (option.argument === undefined) {
    if (glued !== undefined) return failure(`--${option.long} takes no argument`);
    options.set(option.long, '');
    return success(0);
  }
  return take(option, { glued, next, shown: `--${option.long}` }, options);
}

function readCluster(
  letters: string,
  next: string | undefined,
  options: Store,
): Outcome<number, string> {
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters.charAt(at);
    const option = table.find(({ short }) => short === letter);
    if (option === undefined) return failure(`Unknown option -${letter}`);
    if (option.argument !== undefined) {
      const glued = at + 1 < letters.length ? letters.slice(at + 1) : undefined;
      return take(option, { glued, next, shown: `-${letter}` }, options);
    }
    options.set(option.long, '');
  }
  return success(0);
}

interface Given {
  readonly glued: string | undefined;
  readonly next: string | undefined;
  readonly shown: string;
}

function take(
  option: Known,
  { glued, next, shown }: Given,
  options: Store,
): Outcome<number, string> {
  const isOptional = option.argument?.optional === true;
  const value = glued ?? (isOptional ? '' : next);
  if (value === undefined || (value === '' && !(isOptional && glued === undefined))) {
    return failure(`Missing parameter to option ${shown}`);
  }
  options.set(option.long, value);
  return success(glued === undefined && !isOptional ? 1 : 0);
}
