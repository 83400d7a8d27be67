/** 255 virtual routers in one daemon, of which 254 change state at once as often as is wanted, and one that never does. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import type { Lab } from '../lab/lab.ts';
import { crash, stop } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { instance, linesOf, scriptOn, statusOf } from './site.ts';

const count = 254;
const steadyId = 255;
export const names = Array.from({ length: count }, (_, index) => `V${index + 1}`);

/** Interval 100 ms, as `instance` has it; what is later than this would be noticed by nobody's timer. */
const longestSilence = 200;
/**
 * Bytes: the histories that `explain` reads fill up, to twenty transitions each, the doors are loaded with the first change,
 * and a heap keeps some room.
 */
const slack = 32 * 1024 * 1024;

export interface Storm {
  readonly lab: Lab;
  readonly host: Host;
  /** More lines of global_defs, of each instance that changes, and blocks of their own. */
  readonly global?: string;
  readonly inside?: string;
  readonly blocks?: string;
  /** Resolves when everybody who is told has been told that all are masters again. */
  told?(round: number): Promise<void>;
}

/** How often each instance goes through FAULT, BACKUP and MASTER. */
export const rounds = 3;

function residentBytes(pid: number): number {
  return (
    Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024
  );
}

function statesOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const states = new Map<string, string[]>();
  for (const line of lines) {
    const [, name = '', state = ''] = /^INSTANCE "?(\w+)"? (\w+) /.exec(line) ?? [];
    states.set(name, [...(states.get(name) ?? []), state]);
  }
  return states;
}

export async function storm(wanted: Storm): Promise<void> {
  const { lab, host: a, told: heard } = wanted;
  const told = join(a.directory, 'told');
  const ran = join(a.directory, 'ran');
  const pipe = join(a.directory, 'pipe');
  const switchFile = join(a.directory, 'switch');
  for (const file of [told, ran, pipe, switchFile]) rmSync(file, { force: true });
  const reader = scriptOn(a, 'reader', `exec cat "$1" >> ${told}`);
  const notify = scriptOn(a, 'notify', `echo "$@" >> ${ran}`);
  const global = `global_defs {\n  script_user root\n  vrrp_notify_fifo ${pipe}\n  vrrp_notify_fifo_script ${reader}\n${wanted.global ?? ''}}\n${wanted.blocks ?? ''}track_file switch {\n  file ${switchFile}\n  weight 0\n}\n`;
  const inside = `  notify ${notify}\n  track_file {\n    switch\n  }\n${wanted.inside ?? ''}`;
  const herd = names.map((name, index) =>
    instance({ name, routerId: index + 1, address: `10.12.0.${index + 1}`, inside }),
  );
  const steady = instance({ name: 'STEADY', routerId: steadyId });
  const task = startHoldfast(a, [global, ...herd, steady].join(''));
  try {
    const settled = (state: string) =>
      until(`all are ${state}`, 60_000, async () => {
        if (task.ended()) throw new Error(`it ended: ${task.log()}`);
        const snapshot = (await statusOf(a).catch(() => undefined))?.snapshot;
        const there = snapshot?.instances.filter((each) => each.state === state) ?? [];
        return there.length >= count || undefined;
      });
    const quiet = () =>
      until('every script has run', 60_000, () => {
        const states = statesOf(linesOf(ran));
        return names.every((name) => states.get(name)?.at(-1) === 'MASTER') || undefined;
      });
    await settled('master');
    await quiet();
    const tape = await capture(lab);
    const before = residentBytes(task.pid);
    const memory: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      writeFileSync(switchFile, '1\n');
      await settled('fault');
      writeFileSync(switchFile, '0\n');
      await settled('master');
      await quiet();
      await heard?.(round);
      memory.push(residentBytes(task.pid));
    }
    await tape.close();
    const sent = tape.advertisements().filter(({ routerId }) => routerId === steadyId);
    const gaps = sent.slice(1).map(({ at }, index) => (at - (sent[index]?.at ?? at)) / 1_000);
    const worst = Math.max(...gaps);
    assert.ok(sent.length > 20, `${sent.length} advertisements`);
    onTime(worst < longestSilence, `silent for ${worst} ms`);
    const round = ['FAULT', 'BACKUP', 'MASTER'];
    const life = ['BACKUP', 'MASTER', ...round, ...round, ...round];
    const pipeStates = statesOf(linesOf(told));
    const scriptStates = statesOf(linesOf(ran));
    for (const name of names) {
      assert.deepEqual(pipeStates.get(name), life, `${name} in the pipe`);
      const ofScripts = scriptStates.get(name) ?? [];
      assert.ok(isWithin(ofScripts, life), `${name}: ${ofScripts.join(' ')}`);
      assert.equal(ofScripts.at(-1), 'MASTER');
    }
    const grown = await returned(task.pid, before, memory);
    process.stdout.write(`worst gap ${worst.toFixed(1)} ms, grown by ${grown} bytes\n`);
    assert.equal(await stop(task), 0);
  } finally {
    await crash(task);
  }
}

/** Waits until the memory is given back; how much more there is than before. */
async function returned(pid: number, before: number, during: readonly number[]): Promise<number> {
  return until(`memory is back to ${before} after ${during.join()}`, 20_000, () => {
    const grown = residentBytes(pid) - before;
    // 0 would not count as an answer.
    return grown < slack ? grown || 1 : undefined;
  });
}

/** Whether all of `some` is found in `all`, in this order. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const one of some) {
    at = all.indexOf(one, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
