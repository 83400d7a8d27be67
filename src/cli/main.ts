/**
 * The command line. Two calls are told apart before anything else is loaded: the daemon's own, which lives for months
 * and need not carry what explains the other commands, and `check`, which deployments wait for.
 */
import { parseArgs } from 'node:util';
import { nameRealTimeSignals } from './real-time-signals.ts';

nameRealTimeSignals();
const formats: ReadonlySet<string> = new Set(['terminal', 'line', 'json', 'sarif']);
const [name, ...words] = process.argv.slice(2);
const daemon = name === 'run' ? plainly(plainRun) : undefined;
const check = name === 'check' ? plainly(plainCheck) : undefined;
if (daemon !== undefined) {
  const { run } = await import('./commands/run.ts');
  await run(daemon);
} else if (check !== undefined) {
  const { check: carryOut } = await import('./commands/check.ts');
  // Whoever reads has seen enough (`holdfast check … | head`).
  process.stdout.on('error', () => process.exit());
  process.exitCode = carryOut(check);
} else {
  const { parse } = await import('./program.ts');
  await parse();
}

/** undefined when there is something to explain: help was asked for, or a word is not understood. */
function plainly<Options>(read: () => Options | undefined): Options | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function plainRun() {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      'use-file': { type: 'string', short: 'f' },
      'state-dir': { type: 'string' },
      syslog: { type: 'string' },
    },
  });
  if (positionals.length > 1) return undefined;
  return {
    file: values['use-file'] ?? positionals[0],
    stateDirectory: values['state-dir'],
    syslog: values.syslog,
  };
}

function plainCheck() {
  const { values, positionals: files } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'terminal' },
      strict: { type: 'boolean', default: false },
      host: { type: 'boolean', default: false },
      cluster: { type: 'boolean', default: false },
    },
  });
  return files.length === 0 || !formats.has(values.format) ? undefined : { ...values, files };
}
