/** `keepalived -t`: messages in keepalived's form, exit codes with keepalived's meaning. */
import { appendFileSync } from 'node:fs';
import type { CodeTable } from '../../config/codes.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { locator } from '../../config/line-index.ts';
import type { Source } from '../../config/source.ts';
import { checkAgainstHost } from '../../daemon/reading/host-facts.ts';
import { loadHere } from '../../daemon/reading/load.ts';
import { allCodes } from '../../language/codes.ts';

const exit = { clean: 0, missingArgument: 2, cannotRun: 4, reported: 5, security: 6 } as const;

/** Writes to standard error, or appends to `logFile`. */
export function configTest(file: string, logFile: string): number {
  const configuration = loadHere(file);
  const diagnostics = [...configuration.diagnostics, ...checkAgainstHost(configuration)].filter(
    ({ severity }) => severity !== 'note',
  );
  const text = classicLines(diagnostics, configuration.sources);
  if (logFile === '') process.stderr.write(text);
  else appendFileSync(logFile, text);
  return classicStatus(diagnostics);
}

/** `(FILE: Line N) text`; what has no place has no place there either. */
function classicLines(diagnostics: readonly Diagnostic[], sources: readonly Source[]): string {
  const locate = locator(sources);
  return diagnostics
    .map(({ span, message, help, code }) => {
      const place = span === undefined ? undefined : locate(span);
      const lead = place === undefined ? '' : `(${place.path}: Line ${place.start.line}) `;
      return `${lead}${message}${help === undefined ? '' : `; ${help}`} [${code}]\n`;
    })
    .join('');
}

/**
 * 0 where keepalived would say nothing, even if something is said here: a deployment that tests before it restarts
 * must not stop at a file that it took yesterday. An error always wins, a lesser complaint never hides it.
 */
export function classicStatus(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => code === 'language.missing-argument')) return exit.missingArgument;
  if (errors.some(({ code }) => code === 'include.required')) return exit.security;
  if (errors.length > 0) return exit.cannotRun;
  const told = diagnostics.filter(({ code }) => (allCodes as CodeTable)[code]?.silent !== true);
  if (told.some(({ code }) => code === 'script.security-off')) return exit.security;
  return told.length > 0 ? exit.reported : exit.clean;
}
