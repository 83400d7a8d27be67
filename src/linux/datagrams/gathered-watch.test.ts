import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Instant, milliseconds, type WallTime } from '../../base/units.ts';
import { allocate, close, read, timerfdCreate, timerfdSetTime } from '../ffi.ts';
import { GatheredWatch } from './gathered-watch.ts';

const CLOCK_MONOTONIC = 1;
const TFD_NONBLOCK = 0o4000;

/** A descriptor that is readable when it is told to be, behind the watch, and how often it was told to be read. */
function watched() {
  const fd = timerfdCreate(CLOCK_MONOTONIC, TFD_NONBLOCK);
  const memory = allocate(32);
  const state = { now: 0, wakeUps: 0, arriving: 0 };
  const clock = { now: () => state.now as Instant, wall: () => 0 as WallTime };
  const watch = new GatheredWatch({
    fd,
    clock,
    onReadable() {
      state.wakeUps += 1;
      read(fd, memory.address, 8);
      watch.count(state.arriving);
      state.arriving = 0;
    },
  });
  return {
    state,
    watch,
    /** So many datagrams come in. */
    async arrive(count: number): Promise<void> {
      state.arriving += count;
      memory.view.setBigUint64(16, 0n, true);
      memory.view.setBigUint64(24, 1n, true);
      timerfdSetTime(fd, 0, memory.address, 0);
      for (let turns = 0; turns < 20; turns += 1) await turn();
    },
    /** Time goes by, for the clock and for timers. */
    pass(length: number): void {
      state.now += length * 1_000;
      mock.timers.tick(length);
    },
    close(): void {
      watch.close();
      close(fd);
    },
  };
}

describe('reads', () => {
  let opened: ReturnType<typeof watched> | undefined;
  afterEach(() => {
    mock.timers.reset();
    opened?.close();
    opened = undefined;
  });

  async function busy() {
    mock.timers.enable({ apis: ['setTimeout'] });
    const made = watched();
    opened = made;
    made.watch.gather(milliseconds(50));
    await made.arrive(1);
    made.pass(10);
    await made.arrive(1);
    assert.equal(made.state.wakeUps, 2, 'the first come at once');
    return made;
  }

  it('are gathered for as long as the window', async () => {
    const { state, arrive, pass } = await busy();
    await arrive(20);
    pass(49);
    assert.equal(state.wakeUps, 2);
    pass(1);
    assert.equal(state.wakeUps, 3);
    pass(50);
    assert.equal(state.wakeUps, 4, 'once more, which finds nothing');
    pass(500);
    assert.equal(state.wakeUps, 4);
  });

  it('come sooner where more arrives than a socket holds', async () => {
    const { state, arrive, pass } = await busy();
    await arrive(1_280);
    pass(50);
    assert.equal(state.wakeUps, 3);
    await arrive(128);
    pass(4);
    assert.equal(state.wakeUps, 3);
    pass(1);
    assert.equal(state.wakeUps, 4);
    await arrive(1);
    pass(5);
    assert.equal(state.wakeUps, 5);
    await arrive(1);
    pass(49);
    assert.equal(state.wakeUps, 5, 'and later again when it is over');
    pass(1);
    assert.equal(state.wakeUps, 6);
  });

  it('do not wait for the end of a window that has become shorter', async () => {
    const { state, watch, arrive, pass } = await busy();
    await arrive(1);
    watch.gather(milliseconds(10));
    pass(9);
    assert.equal(state.wakeUps, 2);
    pass(1);
    assert.equal(state.wakeUps, 3);
  });
});
