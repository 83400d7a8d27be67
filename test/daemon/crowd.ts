/** 255 virtual routers in one daemon, of which 254 change state at once as often as is wanted, and one that never does. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../src/api/client.ts';
import type { Status } from '../../src/daemon/control.ts';
import { dumped, dumpSignal } from '../doors/dump-files.ts';
import { countersOfStatistics, instancesOfData, instancesOfJson } from '../doors/exporter.ts';
import { type Capture, capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import type { Lab } from '../lab/lab.ts';
import { crash, stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { instance, linesOf, scriptOn, stateDirectory } from './site.ts';

const count = 254;
const steadyId = 255;
export const names = Array.from({ length: count }, (_, index) => `V${index + 1}`);

/** Milliseconds: the interval of 100, and the work of 254 transitions, between which nobody else is served. */
export const longestSilence = 150;
/**
 * Bytes: the histories that `explain` reads fill up, to twenty transitions each, the doors are loaded with the first change,
 * and a heap keeps some room.
 */
const slack = 24 * 1024 * 1024;

export interface Storm {
  readonly lab: Lab;
  readonly host: Host;
  /** More lines of global_defs, of each instance that changes, and blocks of their own. */
  readonly global?: string;
  readonly inside?: string;
  readonly blocks?: string;
  /** How often each instance goes through FAULT, BACKUP and MASTER. */
  readonly rounds: number;
  /** What the log says when everybody is there who is to be told. */
  readonly ready?: readonly string[];
  /** Resolves when everybody who is told has been told that all are masters again. */
  told?(round: number): Promise<void>;
}

const round = ['FAULT', 'BACKUP', 'MASTER'];

/** What somebody is told who listens from the first of these rounds on. */
export function lifeOf(rounds: number): readonly string[] {
  return Array.from({ length: rounds }, () => round).flat();
}

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

/** What the advertisements of the steady one looked like meanwhile. */
export interface Calm {
  /** Milliseconds between two of them: the longest first. */
  readonly gaps: readonly number[];
  /** What the daemon said of lateness and of processes. */
  readonly remarks: readonly string[];
}

/** What everybody is told into, on this host. */
function placesOn({ directory }: Host) {
  const [told, ran, pipe, switchFile] = ['told', 'ran', 'pipe', 'switch'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  return { told, ran, pipe, switchFile };
}

function configurationFor({ host, global, inside, blocks }: Storm): string {
  const { told, ran, pipe, switchFile } = placesOn(host);
  const reader = scriptOn(host, 'reader', `exec cat "$1" >> ${told}`);
  const notify = scriptOn(host, 'notify', `echo "$@" >> ${ran}`);
  const lines = `  script_user root\n  vrrp_notify_fifo ${pipe}\n  vrrp_notify_fifo_script ${reader}\n`;
  const head = `global_defs {\n${lines}${global ?? ''}}\n${blocks ?? ''}track_file switch {\n  file ${switchFile}\n  weight 0\n}\n`;
  const own = `  notify ${notify}\n  track_file {\n    switch\n  }\n${inside ?? ''}`;
  const herd = names.map((name, index) =>
    instance({ name, routerId: index + 1, address: `10.12.0.${index + 1}`, inside: own }),
  );
  return [head, ...herd, instance({ name: 'STEADY', routerId: steadyId })].join('');
}

export async function storm(wanted: Storm): Promise<Calm> {
  const { lab, host: a, rounds, told: heard } = wanted;
  const places = placesOn(a);
  for (const file of Object.values(places)) rmSync(file, { force: true });
  process.env.TMPDIR = a.directory;
  const task = startHoldfast(a, configurationFor(wanted));
  const asking = { stateDirectory: stateDirectory(a) };
  // Asked from here: a process for each question would be a storm of its own.
  const isSettled = async (state: string) => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    const answer = await ask<Status>('status', asking);
    const instances = (answer.ok ? answer.value.snapshot?.instances : undefined) ?? [];
    return instances.filter((each) => each.state === state).length >= count || undefined;
  };
  const settled = (state: string) => until(`all are ${state}`, 60_000, () => isSettled(state), 100);
  const quiet = () =>
    until(
      'every script has run',
      60_000,
      () => {
        const states = statesOf(linesOf(places.ran));
        return names.every((name) => states.get(name)?.at(-1) === 'MASTER') || undefined;
      },
      100,
    );
  try {
    await settled('master');
    await quiet();
    for (const text of wanted.ready ?? []) {
      await until(`"${text}" is said`, 60_000, () => task.log().includes(text) || undefined, 100);
    }
    const tape = await capture(lab);
    const before = residentBytes(task.pid);
    const memory: number[] = [];
    for (let turn = 0; turn < rounds; turn += 1) {
      writeFileSync(places.switchFile, '1\n');
      // The first of them loads what writes dumps.
      for (const kind of ['data', 'json', 'stats'] as const)
        process.kill(task.pid, dumpSignal[kind]);
      await settled('fault');
      writeFileSync(places.switchFile, '0\n');
      await settled('master');
      await quiet();
      await heard?.(turn);
      memory.push(residentBytes(task.pid));
    }
    await tape.close();
    judgeTold(places, lifeOf(rounds));
    await judgeDumps(a, task.pid);
    const gaps = gapsIn(tape);
    const grown = await returned(task.pid, before, memory);
    const longest = gaps.slice(0, 5).map((gap) => gap.toFixed(1));
    process.stdout.write(`longest gaps ${longest.join(', ')} ms, grown by ${grown} bytes\n`);
    assert.equal(await stop(task), 0);
    const remarks = task
      .log()
      .split('\n')
      .filter((line) => /deadline was served|failover process/.test(line));
    return { gaps, remarks };
  } finally {
    await crash(task);
  }
}

function gapsIn(tape: Capture): readonly number[] {
  const sent = tape.advertisements().filter(({ routerId }) => routerId === steadyId);
  assert.ok(sent.length > 5, `${sent.length} advertisements`);
  const gaps = sent.slice(1).map(({ at }, index) => (at - (sent[index]?.at ?? at)) / 1_000);
  return gaps.toSorted((one, other) => other - one);
}

/** What exporters read is whole and tells the end of it. */
async function judgeDumps(host: Host, pid: number): Promise<void> {
  const data = instancesOfData(await dumped(host, pid, 'data'));
  const json = instancesOfJson(await dumped(host, pid, 'json'));
  const counters = countersOfStatistics(await dumped(host, pid, 'stats'));
  for (const name of names) {
    for (const found of [data, json]) assert.equal(found.get(name)?.state, 2, name);
    assert.ok((counters.get(`${name}/Became master`) ?? 0) > 1, name);
  }
}

/** The pipe has every state of each in order, the scripts those that were not overtaken, and both the latest. */
function judgeTold({ told, ran }: ReturnType<typeof placesOn>, turns: readonly string[]): void {
  const life = ['BACKUP', 'MASTER', ...turns];
  const pipeStates = statesOf(linesOf(told));
  const scriptStates = statesOf(linesOf(ran));
  for (const name of names) {
    assert.deepEqual(pipeStates.get(name), life, `${name} in the pipe`);
    const ofScripts = scriptStates.get(name) ?? [];
    assert.ok(isWithin(ofScripts, life), `${name}: ${ofScripts.join(' ')}`);
    assert.equal(ofScripts.at(-1), 'MASTER');
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
