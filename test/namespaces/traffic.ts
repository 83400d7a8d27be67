/** A client on the link that asks the virtual address, and servers on the hosts that may hold it. */
import { join } from 'node:path';
import { command } from '../lab/command.ts';
import type { Host } from '../lab/host.ts';
import { signal, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import type { EchoCount } from './echo.ts';

export interface Traffic {
  /** Ends the asking and counts. */
  readonly count: () => Promise<EchoCount>;
}

export async function serve(host: Host, address: string): Promise<Task> {
  const bindAnything = 'echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind';
  await command('nsenter', [`--net=${host.space.path}`, '--', 'sh', '-c', bindAnything]);
  return started(host, 'echo-server.ts', [address, host.name]);
}

/** Asks from the first moment on: begin when the address is there. */
export async function visit(host: Host, address: string): Promise<Traffic> {
  const task = await started(host, 'echo-client.ts', [address]);
  return {
    count: async () => {
      signal(task.pid, 'SIGTERM');
      await task.exit;
      const last = task.log().trim().split('\n').at(-1) ?? '';
      return JSON.parse(last) as EchoCount;
    },
  };
}

async function started(host: Host, program: string, words: readonly string[]): Promise<Task> {
  const file = join(import.meta.dirname, program);
  const task = host.start(process.execPath, [file, ...words], { name: `${program} ${host.name}` });
  await until(`${program} on ${host.name} runs`, 15_000, () => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    return task.log().includes('ing\n') || undefined;
  });
  return task;
}

/** A sentence for people. */
export function tellCount(count: EchoCount): string {
  const by = Object.entries(count.by).map(([name, answers]) => `${answers} by ${name}`);
  const lost = count.asked - count.answered;
  return `${count.asked} questions, ${lost} unanswered, ${by.join(', ')}, slowest answer ${count.slowest.toFixed(0)} ms`;
}
