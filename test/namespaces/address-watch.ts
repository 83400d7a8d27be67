/** Everything that happens to one address of a host, as netlink tells it, without a gap between two looks. */
import type { Host } from '../lab/host.ts';
import { stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';

export interface AddressEvent {
  readonly kind: 'came' | 'went';
  /** Microseconds since 1970, when the event was read. */
  readonly at: number;
}

export interface AddressWatch {
  readonly events: () => readonly AddressEvent[];
  /** The events of its removal. */
  readonly went: () => readonly AddressEvent[];
  readonly close: () => Promise<void>;
}

const stamp = /^\[(\S+)\] (Deleted )?/;

/** Resolves when events are being read. A renewed lifetime counts as `came`. */
export async function watchAddress(host: Host, address: string): Promise<AddressWatch> {
  const task = host.start('ip', ['-ts', '-o', 'monitor', 'address'], {
    name: `ip monitor on ${host.name}`,
  });
  const events = (): readonly AddressEvent[] =>
    task
      .log()
      .split('\n')
      .filter((line) => line.includes(` ${address}/`))
      .flatMap((line) => readEvent(line));
  const trial = '10.99.0.1';
  await until('ip monitor reads', 10_000, async () => {
    await host.ip(`addr add ${trial}/32 dev lo`, `addr del ${trial}/32 dev lo`);
    return task.log().includes(trial) || undefined;
  });
  return {
    events,
    went: () => events().filter(({ kind }) => kind === 'went'),
    close: async () => {
      await stop(task);
    },
  };
}

function readEvent(line: string): readonly AddressEvent[] {
  const [, time, deleted] = stamp.exec(line) ?? [];
  if (time === undefined) return [];
  const [whole = '', fraction = '0'] = time.split('.');
  const at = new Date(whole).getTime() * 1_000 + Number(fraction.padEnd(6, '0'));
  return [{ kind: deleted === undefined ? 'came' : 'went', at }];
}
