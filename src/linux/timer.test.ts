import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, describe, it } from 'node:test';
import { after, type Instant, instant, milliseconds } from '../base/units.ts';
import { linuxClock } from './clock.ts';
import { LinuxTimer } from './timer.ts';

describe('the timer', () => {
  let timer: LinuxTimer | undefined;
  afterEach(() => timer?.close());

  /** Resolves with the instants at which a timer fired, once it fired `count` times. */
  function fired(
    count: number,
    begin: (timer: LinuxTimer, at: Instant) => void,
  ): Promise<Instant[]> {
    return new Promise((resolve) => {
      const instants: Instant[] = [];
      const made = new LinuxTimer(() => {
        instants.push(linuxClock.now());
        if (instants.length === count) resolve(instants);
        else begin(made, linuxClock.now());
      });
      timer = made;
      begin(made, linuxClock.now());
    });
  }

  it('fires at the instant asked for, not before', async () => {
    const start = linuxClock.now();
    const [at = start] = await fired(1, (made) => made.arm(after(start, milliseconds(20))));
    assert.ok(at - start >= 20_000 && at - start < 5_000_000, `${at - start} us`);
  });

  it('fires once for each time it is armed, for an instant that has passed too', async () => {
    const instants = await fired(3, (made, now) => made.arm(instant(now - 1_000)));
    assert.equal(instants.length, 3);
  });

  it('fires at once for the beginning of time and before', async () => {
    assert.equal((await fired(1, (made) => made.arm(instant(0)))).length, 1);
    timer?.close();
    assert.equal((await fired(1, (made) => made.arm(instant(-5)))).length, 1);
  });

  it('is early to get ready, but not to serve, and only after a long sleep', async () => {
    const told: string[] = [];
    await new Promise<void>((resolve) => {
      let wanted = after(linuxClock.now(), milliseconds(20));
      const made = new LinuxTimer(
        () => {
          assert.ok(linuxClock.now() >= wanted);
          told.push('due');
          if (told.filter((word) => word === 'due').length > 1) return resolve();
          wanted = after(linuxClock.now(), milliseconds(20));
          made.arm(wanted);
        },
        () => {
          told.push('early');
          return () => void told.push('over');
        },
      );
      timer = made;
      made.arm(wanted);
    });
    // A busy machine may wake it up too late to be early.
    assert.ok(['early,due,over,due', 'due,due'].includes(told.join()), told.join());
  });

  it('keeps to what was asked for last', async () => {
    const start = linuxClock.now();
    const [at = start] = await fired(1, (made) => {
      made.arm(after(start, milliseconds(1)));
      made.arm(undefined);
      made.arm(after(start, milliseconds(30)));
    });
    assert.ok(at - start >= 30_000 && at - start < 5_000_000, `${at - start} us`);
  });
});

describe('a callback of a descriptor', () => {
  it('ends the process by an exception, a rejection, and an exception in a tick', () => {
    for (const statement of [
      `throw new Error('from the callback')`,
      `Promise.reject(new Error('from the callback'))`,
      `process.nextTick(() => { throw new Error('from the callback') })`,
    ]) {
      const child = run(`new LinuxTimer(() => { ${statement} }).arm(1)`);
      assert.equal(child.status, 1, statement);
      assert.match(child.stderr, /from the callback/);
    }
  });

  it('has its promises and ticks run at once', () => {
    const child = run(`
      const order = [];
      const timer = new LinuxTimer(() => {
        Promise.resolve().then(() => order.push('promise'));
        process.nextTick(() => order.push('tick'));
        if (order.length === 2) { console.log(order.join()); process.exit(); }
        timer.arm(1);
      });
      timer.arm(1);
    `);
    assert.equal(child.stdout, 'tick,promise\n');
  });
});

/** `statements` in a process of their own. */
function run(statements: string): { status: number | null; stdout: string; stderr: string } {
  const script = `
    import { LinuxTimer } from ${JSON.stringify(new URL('timer.ts', import.meta.url).href)};
    ${statements}
  `;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
}
