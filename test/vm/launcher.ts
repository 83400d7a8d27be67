/**
 * Runs a command as root in a machine whose kernel has IPVS.
 *
 *   node test/vm/launcher.ts [--memory MIB] [--seconds N] -- COMMAND...
 *
 * Output is streamed, the exit status is the command's: 124 when it took too long, 125 when the machine died under it.
 */
import { parseArgs } from 'node:util';
import { uninstall } from './installed.ts';
import { boot } from './machine.ts';

const TOO_LONG = 124;
const DIED = 125;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    memory: { type: 'string', default: '2048' },
    seconds: { type: 'string', default: '150' },
  },
});
const machine = boot({
  command: positionals,
  folder: process.cwd(),
  // Compiled once in a machine, what several of its processes run starts in half the time.
  environment: { ...process.env, NODE_COMPILE_CACHE: '/run/compiled' },
  memory: Number(values.memory),
  limit: Number(values.seconds),
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(signal, machine.stop);
machine.output.pipe(process.stdout);
machine.errors.pipe(process.stderr);
const ending = await machine.ending;
uninstall();
if (ending.kind === 'ended') process.exitCode = ending.status;
else if (ending.kind === 'late') {
  process.stderr.write(`the machine was still at it after ${values.seconds} s\n`);
  process.exitCode = TOO_LONG;
} else {
  process.stderr.write(`the machine died; the end of its log:\n${ending.log}\n`);
  process.exitCode = DIED;
}
