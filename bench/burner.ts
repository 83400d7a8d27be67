/** Keeps both cores busy, politely (`nice`) and never longer than asked. */
import { cpus } from 'node:os';
import type { Lab } from '../test/lab/lab.ts';
import { crash } from '../test/lab/task.ts';

export const BURNER_NICE = 10;

/** Runs `work` while each core has one busy loop beside whatever else there is. */
export async function withBurners<Value>(
  lab: Lab,
  seconds: number,
  work: () => Promise<Value>,
): Promise<Value> {
  const loop = ['timeout', `${Math.ceil(seconds)}`, 'sh', '-c', 'while :; do :; done'];
  const words = ['-n', `${BURNER_NICE}`, ...loop];
  const tasks = cpus().map(() => lab.startOnWire('nice', words, { name: 'burner' }));
  try {
    return await work();
  } finally {
    await Promise.all(tasks.map(crash));
  }
}
