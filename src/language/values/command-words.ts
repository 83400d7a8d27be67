/** Splits a command into words by the shell-like rules that script commands are read by. */

const namedEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The words of `source`; quotes are taken away and escapes carried out, in single quotes too, as keepalived does. */
export function splitCommand(source: string): string[] {
  const words: string[] = [];
  let current: string | undefined;
  let quote = '';
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at] ?? '';
    if (letter === '\\') {
      const decoded = readEscape(source, at + 1);
      current = (current ?? '') + decoded.text;
      at = decoded.last;
    } else if (quote !== '') {
      if (letter === quote) quote = '';
      else current += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      current ??= '';
    } else if (/\s/.test(letter)) {
      if (current !== undefined) words.push(current);
      current = undefined;
    } else {
      current = (current ?? '') + letter;
    }
  }
  if (current !== undefined) words.push(current);
  return words;
}

/** The text of an escape whose first letter is at `start`, and the index of its last letter. */
function readEscape(
  source: string,
  start: number,
): { readonly text: string; readonly last: number } {
  const letter = source[start];
  if (letter === undefined) return { text: '\\', last: start };
  const octal = /^[0-7]{1,3}/.exec(source.slice(start, start + 3))?.[0];
  if (octal !== undefined) {
    return { text: String.fromCharCode(Number.parseInt(octal, 8)), last: start + octal.length - 1 };
  }
  const hex =
    letter === 'x' ? /^[0-9a-fA-F]{1,2}/.exec(source.slice(start + 1, start + 3))?.[0] : undefined;
  if (hex !== undefined) {
    return { text: String.fromCharCode(Number.parseInt(hex, 16)), last: start + hex.length };
  }
  if (letter === 'c' && source[start + 1] !== undefined) {
    return { text: String.fromCharCode(source.charCodeAt(start + 1) & 0x1f), last: start + 1 };
  }
  return { text: namedEscapes[letter] ?? letter, last: start };
}

/** First words that only a shell knows: no program on disk is called so. `test`, `[`, `kill` and `echo` are programs. */
const shellWords =
  /^(\[\[|!|:|\.|\{|\(.*|if|for|while|until|case|cd|exit|export|source|eval|exec|set|unset|read|trap|type|command|ulimit|umask|wait|shift|return|local|declare|let)$/;
/** An operator counts at the edge of a word only: `curl http://host/?a=1&b=2` is a plain command. */
const operator = /^(\d?>|<|[|;&])|[|;&]$|&&|\|\|/;
/** Patterns of names count in paths only: `pgrep -f java.*tomcat` is a plain command. */
const pathPattern = /^(~\/|(\.{0,2}\/).*[*?[])/;
const substitution = /\$\(|`|\$\{?[A-Za-z_]/;

/** Whether only a shell can run `source`: it uses operators, substitutions or words of the shell outside quotes. */
export function needsShell(source: string): boolean {
  const bare = source.replace(/\\./g, '').replace(/'[^']*'/g, '');
  if (substitution.test(bare)) return true;
  const words = bare
    .replace(/"[^"]*"/g, 'x')
    .trim()
    .split(/\s+/);
  const first = words[0] ?? '';
  if (shellWords.test(first) || /^[A-Za-z_]\w*=/.test(first)) return true;
  return words.some((word) => operator.test(word) || pathPattern.test(word));
}
