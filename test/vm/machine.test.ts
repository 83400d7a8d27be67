/** The machine itself: what goes in, what comes out, and that it ends. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { boot, type Ending } from './machine.ts';

async function run(
  script: string,
  limit = 60,
): Promise<{ output: string; errors: string; ending: Ending }> {
  const machine = boot({
    command: ['sh', '-c', script],
    folder: import.meta.dirname,
    environment: { PATH: process.env.PATH, WORD: "it's" },
    memory: 256,
    limit,
  });
  const [output, errors] = await Promise.all([text(machine.output), text(machine.errors)]);
  return { output, errors, ending: await machine.ending };
}

test('a command runs as root, in its folder, with its environment, and its status comes through', async () => {
  const told = await run('id -u; pwd; echo "$WORD"; echo trouble >&2; sleep 99 & exit 7');
  assert.deepEqual(told, {
    output: `0\n${import.meta.dirname}\nit's\n`,
    errors: 'trouble\n',
    ending: { kind: 'ended', status: 7 },
  });
});

test('the kernel has IPVS, and what is written is not written here', async () => {
  const file = join(import.meta.dirname, 'written');
  const told = await run(`modprobe ip_vs && head -1 /proc/net/ip_vs; echo x >${file}; cat ${file}`);
  assert.equal(told.output, 'IP Virtual Server version 1.2.1 (size=4096)\nx\n');
  assert.ok(!existsSync(file));
});

test('a command that does not end is broken off, and nothing is left of its machine', async () => {
  const told = await run('echo begun; sleep 1000', 3);
  assert.equal(told.ending.kind, 'late');
  const mine = readdirSync(tmpdir()).filter((name) => name.startsWith(`hfvm-${process.pid}-`));
  assert.deepEqual(mine, []);
});

test('a machine that breaks down is told with the end of its log', async () => {
  const told = await run('echo c >/proc/sysrq-trigger; sleep 9', 20);
  assert.equal(told.ending.kind, 'died');
  assert.match(told.ending.kind === 'died' ? told.ending.log : '', /Aborted/);
});
