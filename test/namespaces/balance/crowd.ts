/** Servers that tell their names, and a client with many connections that asks for them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Host } from '../../lab/host.ts';
import type { Task } from '../../lab/task.ts';
import { until } from '../../lab/until.ts';

export interface Round {
  readonly by: Readonly<Record<string, number>>;
  /** Connections that were answered by another server than in their first round, or not any more. */
  readonly moved: number;
}

/** By the address that they came from: who answered them; `several` where not all were answered by the same. */
export type Homes = Readonly<Record<string, string>>;

export interface Crowd {
  readonly first: Round;
  readonly homes: Homes;
  /** Every connection asks again. */
  readonly again: () => Promise<Round>;
}

const here = import.meta.dirname;

/** Servers under the names of their hosts, each at these places. */
export async function greet(
  hosts: readonly Host[],
  placesOf: (host: Host) => readonly (readonly [protocol: string, address: string, port: number])[],
): Promise<readonly Task[]> {
  const tasks = hosts.map((host) => {
    const words = placesOf(host).flatMap((place) => place.map(String));
    return host.start(process.execPath, [join(here, 'greeter.ts'), host.name, ...words], {
      name: `greeter ${host.name}`,
    });
  });
  await until('servers that listen', 10_000, () =>
    tasks.every((task) => task.log().includes('listening')) ? true : undefined,
  );
  return tasks;
}

export async function call(
  client: Host,
  target: {
    readonly protocol: 'tcp' | 'udp';
    readonly address: string;
    readonly port: number;
    readonly count: number;
    /** One address or several with commas between, which connections take by turns. */
    readonly local: string;
  },
): Promise<Crowd> {
  const { protocol, address, port, count, local } = target;
  const words = [protocol, address, `${port}`, `${count}`, local];
  const task = client.start(process.execPath, [join(here, 'caller.ts'), ...words], {
    name: 'caller',
  });
  let rounds = 0;
  const next = async (): Promise<Round & { readonly homes: Homes }> => {
    rounds += 1;
    const line = await until('a round of questions', 20_000, () => {
      const told = lines(task)[rounds - 1];
      return told === undefined && task.ended() ? 'nothing' : told;
    });
    assert.match(line, /^\{/, task.log());
    return JSON.parse(line);
  };
  const { homes, ...first } = await next();
  return {
    ...{ first, homes },
    again: async () => {
      task.child.kill('SIGUSR2');
      const { by, moved } = await next();
      return { by, moved };
    },
  };
}

function lines(task: Task): readonly string[] {
  return task.log().split('\n').slice(0, -1);
}
