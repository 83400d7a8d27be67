/**
 * What a health check costs: processor time of the process that checks, for each check of a server on this host.
 *
 *   node bench/checks.ts [--rate 10000] [--seconds 10] [--kind tcp|http]
 *   node test/vm/launcher.ts -- node bench/checks.ts --rate 500 --keepalived
 *
 * keepalived's checkers run only where the kernel has IPVS; both then run one after the other, in the same machine.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureKeepalived } from './checks-keepalived.ts';
import type { RunnerResult } from './checks-runner.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '10' },
    kind: { type: 'string', default: 'tcp' },
    keepalived: { type: 'boolean', default: false },
  },
});
const kind = values.kind === 'http' ? 'http' : 'tcp';
const listener = fork(join(import.meta.dirname, 'checks-listener.ts'));

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [told]: unknown[] = await once(child, 'message');
  return told;
}

const print = (name: string, checks: number, processor: number): void => {
  const each = (processor / checks).toFixed(1);
  process.stdout.write(`${name}: ${checks} ${kind} checks, ${each} us of processor time each\n`);
};

const runner = fork(join(import.meta.dirname, 'checks-runner.ts'), [
  kind,
  values.rate,
  values.seconds,
]);
const result = (await answerOf(runner)) as RunnerResult;
print('holdfast', result.checks, result.processor);
if (result.failed > 0) process.stdout.write(`  of which ${result.failed} failed\n`);
if (values.keepalived) {
  const accepted = async (): Promise<number> => {
    listener.send('count');
    return Number(await answerOf(listener));
  };
  const load = {
    kind,
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    accepted,
  } as const;
  const { checks, processor } = await measureKeepalived(load);
  print('keepalived', checks, processor);
}
listener.disconnect();
