import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { linuxClock } from './clock.ts';

describe('the clock', () => {
  it('is the same for all processes of the host', () => {
    const script = `
      import { linuxClock } from ${JSON.stringify(new URL('clock.ts', import.meta.url).href)};
      console.log(linuxClock.now());
    `;
    const start = linuxClock.now();
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    const between = Number(child.stdout.toString());
    assert.ok(start < between && between < linuxClock.now());
  });

  it('counts whole microseconds of the uptime of the host', () => {
    const now = linuxClock.now();
    assert.ok(Number.isSafeInteger(now));
    // /proc/uptime counts suspended time as well, so it is never less.
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000_000;
    assert.ok(now <= uptime + 20_000);
  });

  it('tells civil time to the microsecond', () => {
    const before = Date.now() * 1_000;
    const wall = linuxClock.wall();
    assert.ok(Number.isSafeInteger(wall));
    assert.ok(wall >= before && wall < before + 5_000_000);
  });
});
