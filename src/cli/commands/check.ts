/** `holdfast check`: everything that is wrong with configuration files, at once. */
import type { Diagnostic, Severity } from '../../config/diagnostic.ts';
import { renderJson } from '../../config/render/json.ts';
import { renderLines } from '../../config/render/line.ts';
import { renderSarif } from '../../config/render/sarif.ts';
import { renderTerminal } from '../../config/render/terminal.ts';
import { checkAgainstHost } from '../../daemon/reading/host-facts.ts';
import { loadHere } from '../../daemon/reading/load.ts';
import { checkCluster } from '../../language/cluster/check.ts';
import { allCodes } from '../../language/codes.ts';
import { type Configuration, hasErrors } from '../../language/load.ts';
import { version } from '../version.ts';

export interface CheckOptions {
  readonly files: readonly string[];
  /** Warnings count as errors. */
  readonly strict: boolean;
  readonly format: string;
  readonly host: boolean;
  /** The files are those of the nodes that back each other up. */
  readonly cluster: boolean;
}

/** 0: the daemon would start. 1: it would not. 2: a file could not be read at all. */
export function check(options: CheckOptions): number {
  let worst = 0;
  const configurations: Configuration[] = [];
  for (const file of options.files) {
    const configuration = loadHere(file);
    configurations.push(configuration);
    const found = options.host
      ? [...configuration.diagnostics, ...checkAgainstHost(configuration)]
      : configuration.diagnostics;
    const diagnostics = options.strict ? found.map(strictly) : found;
    process.stdout.write(render(options.format, { ...configuration, diagnostics }));
    const unread = diagnostics.some(({ code }) => mainFileCodes.has(code));
    worst = Math.max(worst, unread ? 2 : Number(hasErrors(diagnostics)));
    if (options.format === 'terminal')
      process.stdout.write(`${verdict(file, diagnostics, fileWords)}\n`);
  }
  return options.cluster ? Math.max(worst, together(configurations, options)) : worst;
}

/** 1 where nodes would not hear each other, or would both be master. */
function together(configurations: readonly Configuration[], options: CheckOptions): number {
  const { diagnostics: found, sources } = checkCluster(configurations, options.files);
  const diagnostics = options.strict ? found.map(strictly) : found;
  process.stdout.write(render(options.format, { diagnostics, sources }));
  if (options.format === 'terminal') {
    process.stdout.write(`${verdict('the nodes together', diagnostics, clusterWords)}\n`);
  }
  return Number(hasErrors(diagnostics));
}

const mainFileCodes: ReadonlySet<string> = new Set([
  'include.main-file',
  'include.main-file-executable',
]);

const fileWords = { bad: 'the daemon would not start', good: 'the daemon would start' };
const clusterWords = {
  bad: 'they would not back each other up',
  good: 'they would back each other up',
};

function strictly(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.severity === 'warning' ? { ...diagnostic, severity: 'error' } : diagnostic;
}

function render(
  format: string,
  { diagnostics, sources }: Pick<Configuration, 'diagnostics' | 'sources'>,
): string {
  switch (format) {
    case 'line':
      return renderLines(diagnostics, sources);
    case 'json':
      return renderJson(diagnostics, sources);
    case 'sarif':
      return renderSarif(diagnostics, sources, { version, pages: allCodes });
    default: {
      const { isTTY, columns } = process.stdout;
      const text = renderTerminal(diagnostics, sources, {
        colour: isTTY && process.env.NO_COLOR === undefined,
        width: columns ?? 120,
      });
      return text === '' ? '' : `${text}\n`;
    }
  }
}

function verdict(
  file: string,
  diagnostics: readonly Diagnostic[],
  words: typeof fileWords,
): string {
  const count = (severity: Severity): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const errors = count('error');
  const warnings = count('warning');
  if (errors > 0) return `${file}: ${errors} errors, ${warnings} warnings: ${words.bad}`;
  if (warnings > 0) return `${file}: ${warnings} warnings, no error: ${words.good}`;
  return `${file}: nothing is wrong`;
}
