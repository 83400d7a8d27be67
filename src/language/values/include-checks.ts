/** The words of `include_check`; the reader of files judges them, here they are only kept. */
import type { Value } from '../../config/schema-value.ts';
import { advance } from '../../config/schema-value.ts';
import { nearest } from '../../config/spelling.ts';

const checks = ['read', 'match', 'wildcard_match', 'brace_match'] as const;

export const includeChecks: Value<readonly string[]> = {
  syntax: '[read|match|wildcard_match|brace_match] [{+|-}WORD]...',
  choices: checks,
  read(cursor) {
    const words: string[] = [];
    for (let word = advance(cursor); word !== undefined; word = advance(cursor)) {
      const name = word.text.replace(/^[+-]/, '');
      if (checks.some((check) => check === name)) {
        words.push(word.text);
        continue;
      }
      cursor.report(cursor, {
        code: 'language.unknown-choice',
        word,
        message: `"${word.text}" is not one of ${checks.join(', ')}; it is ignored`,
        cause: 'keepalived reports it and ignores it',
        help: `did you mean ${name === 'readable' ? 'read' : (nearest(name, checks) ?? 'read')}?`,
      });
    }
    return words;
  },
  write: (value) => value.join(' '),
};
