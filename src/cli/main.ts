/**
 * The command line. The daemon's own call is told apart before anything else is loaded: it lives for months, and need
 * not carry what explains the other commands.
 */
import { parseArgs } from 'node:util';
import { nameRealTimeSignals } from './real-time-signals.ts';

nameRealTimeSignals();
const words = process.argv.slice(2);
const plain = words[0] === 'run' ? plainRun(words.slice(1)) : undefined;
if (plain === undefined) {
  const { parse } = await import('./program.ts');
  await parse();
} else {
  const { run } = await import('./commands/run.ts');
  await run(plain);
}

/** undefined when there is something to explain: help was asked for, or a word is not understood. */
function plainRun(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
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
  } catch {
    return undefined;
  }
}
