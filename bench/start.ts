/** From exec to the first advertisement of an address owner (priority 255). */
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { stop } from '../test/lab/task.ts';
import { configuration } from './configuration.ts';
import type { Contender } from './contender.ts';
import { VIRTUAL } from './pair.ts';
import { openTap } from './tap.ts';

const instance = { priority: 255, interval: 1_000, addresses: [`${VIRTUAL}/24`] };

/** Microseconds, once for each of `times`. */
export async function measureStart(
  contender: Contender,
  times: number,
): Promise<readonly number[]> {
  const lab = await openLab(['a', 'client']);
  try {
    const { ipv4, mac } = lab.host('client');
    const host = lab.host('a');
    // Known beforehand, so that the mark leaves at once.
    await host.ip(`neigh replace ${ipv4} lladdr ${mac} dev eth0 nud permanent`);
    const text = configuration([{ ...instance, state: 'MASTER' }], { version: 2 });
    const tap = await openTap(lab);
    for (let index = 0; index < times; index += 1) {
      const task = contender.start(marked(host, ipv4), text);
      await delay(2_000);
      await stop(task);
    }
    const seen = await tap.close();
    return seen.flatMap(({ kind, at }, index) => {
      if (kind !== 'mark') return [];
      const first = seen.slice(index).find((one) => one.kind === 'advertisement');
      return [first === undefined ? Number.NaN : first.at - at];
    });
  } finally {
    await lab.close();
  }
}

/** The same host, but every program is preceded by a datagram that leaves in the instant before its exec. */
function marked(host: Host, towards: string): Host {
  const script = `echo >/dev/udp/${towards}/9; exec "$@"`;
  return {
    ...host,
    start: (program, words, options) =>
      host.start('bash', ['-c', script, 'bash', program, ...words], options),
  };
}
