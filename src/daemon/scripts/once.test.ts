import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds } from '../../base/units.ts';
import { runOnce } from './once.ts';

const shell = (line: string, timeout: number) => ({
  command: { argv: ['/bin/sh', '-c', line], user: undefined },
  timeout: milliseconds(timeout),
});

test('a script that ends is waited for, and its status told', async () => {
  assert.equal(await runOnce('startup_script', shell('exit 0', 5_000)), undefined);
  assert.match(
    (await runOnce('startup_script', shell('exit 3', 5_000))) ?? '',
    /^startup_script \(\/bin\/sh -c 'exit 3'\) failed: exit status 3$/,
  );
});

test('one that does not end is asked to, then made to', async () => {
  const polite = await runOnce('shutdown_script', shell('exec sleep 60', 50));
  assert.match(polite ?? '', /did not end within 50 ms: killed by SIGTERM$/);
  const deaf = shell("trap '' TERM; while :; do sleep 60; done", 50);
  const patience = { kill: 100, giveUp: 5_000 };
  assert.match((await runOnce('x', deaf, patience)) ?? '', /within 50 ms: killed by SIGKILL$/);
});
