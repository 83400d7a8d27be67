/** One line a finding, in the form that editors and log readers know: `file:line:column: severity: text [code]`. */
import type { Diagnostic } from '../diagnostic.ts';
import { locator } from '../line-index.ts';
import type { Source } from '../source.ts';
import { printable } from './excerpt.ts';

/** Each line ends in a newline; a finding without a place starts with its severity. */
export function renderLines(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
): string {
  const locate = locator(sources);
  const lines = diagnostics.map((diagnostic) => {
    const text = `${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]`;
    if (diagnostic.span === undefined) return printable(text);
    const { path, start } = locate(diagnostic.span);
    return printable(`${path}:${start.line}:${start.column}: ${text}`);
  });
  return lines.map((line) => `${line}\n`).join('');
}
