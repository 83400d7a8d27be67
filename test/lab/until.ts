/** Waiting for something to become true, with a deadline and a reason. */
import { setTimeout as delay } from 'node:timers/promises';

/** Asks every `every` ms until the answer is not undefined; throws `what` when `within` ms have passed. */
export async function until<Value>(
  what: string,
  within: number,
  ask: () => Value | undefined | Promise<Value | undefined>,
  every = 25,
): Promise<Value> {
  const deadline = performance.now() + within;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await delay(every);
  }
}
