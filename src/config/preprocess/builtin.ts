/** Parameters that every configuration has. */
import { report } from '../findings.ts';
import { type MappedText, madeText } from '../mapped-text.ts';
import type { Span } from '../source.ts';
import { directoryOf, joinPath } from './path.ts';
import type { Reading } from './state.ts';

/** RAND_MAX of the original range: 0 to 32767. */
const randomDefault = { low: 0, high: 32_767 };

/** The value of a predefined name, or undefined when `inner`, the text between the braces, is none. */
export function builtinValue(reading: Reading, inner: string, use: Span): MappedText | undefined {
  const [name, ...words] = inner.trim().split(/\s+/);
  const text = textOf(reading, { name: name ?? '', words, use });
  return text === undefined ? undefined : madeText(text, use);
}

interface Asked {
  readonly name: string;
  readonly words: readonly string[];
  readonly use: Span;
}

function textOf(reading: Reading, asked: Asked): string | undefined {
  const { options } = reading;
  if (asked.name === '_RANDOM') return randomValue(reading, asked);
  if (asked.name === '_ENV') {
    const variable = asked.words[0];
    return variable === undefined ? undefined : (options.environment[variable] ?? '');
  }
  if (asked.words.length > 0) return undefined;
  switch (asked.name) {
    case '_PWD': {
      const path = reading.files.at(-1)?.source.path ?? options.path;
      return joinPath(options.workingDirectory, directoryOf(path));
    }
    case '_INSTANCE':
      return options.instance ?? options.configId;
    case '_HASH':
      return '#';
    case '_BANG':
      return '!';
    default:
      return undefined;
  }
}

function randomValue(reading: Reading, asked: Asked): string | undefined {
  const [low = randomDefault.low, high = randomDefault.high] = asked.words.map(Number);
  const isWhole = [low, high].every((bound) => Number.isSafeInteger(bound) && bound >= 0);
  if (isWhole && low <= high && asked.words.length <= 2) {
    return String(reading.random.within(low, high));
  }
  report(reading.findings, {
    code: 'expand.random-bounds',
    span: asked.use,
    message: `these bounds of a random number do not fit: ${asked.words.join(' ')}`,
    help: `write \${_RANDOM MIN MAX} with whole numbers, MIN at most MAX`,
  });
  return isWhole
    ? String(reading.random.within(Math.min(low, high), Math.max(low, high)))
    : undefined;
}
