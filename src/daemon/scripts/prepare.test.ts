import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandModel, SecurityModel } from '../../engine/translation/supervisor-model.ts';
import { type Host, prepareCommand } from './prepare.ts';
import type { FileFacts } from './security.ts';

const directory: FileFacts = { uid: 0, gid: 0, mode: 0o040755 };
const program = (mode = 0o755): FileFacts => ({ uid: 0, gid: 0, mode: 0o100000 | mode });
const files: Readonly<Record<string, FileFacts>> = {
  '/': directory,
  '/usr': directory,
  '/usr/bin': directory,
  '/usr/bin/pgrep': program(),
  '/bin': directory,
  '/bin/sh': program(),
  '/bin/bash': program(),
  '/opt': directory,
  '/opt/loose': program(0o757),
};
const host: Host = {
  finder: {
    facts: (path) => files[path],
    resolve: (path) => (files[path] === undefined ? undefined : path),
  },
  account: (user) => (user === 'nobody' ? { name: 'nobody', uid: 65_534, gid: 65_534 } : undefined),
};
const lax: SecurityModel = { scriptUser: undefined, enforce: false };

function command(argv: readonly string[], more: Partial<CommandModel> = {}): CommandModel {
  const runAs = { user: undefined, group: undefined };
  return { argv, input: undefined, shell: false, runAs, ...more };
}

test('a program without a path is found where programs are', () => {
  const prepared = prepareCommand(command(['pgrep', 'nginx']), lax, host);
  assert.ok(prepared.kind === 'ready');
  assert.deepEqual(prepared.command, { argv: ['/usr/bin/pgrep', 'nginx'], user: undefined });
});

test('what anybody can change runs as root with a warning, and not at all where that is enforced', () => {
  const warned = prepareCommand(command(['/opt/loose']), lax, host);
  assert.ok(warned.kind === 'ready');
  assert.match(warned.warnings[0] ?? '', /^\/opt\/loose can be changed by anybody/);
  const refused = prepareCommand(command(['/opt/loose']), { ...lax, enforce: true }, host);
  assert.ok(refused.kind === 'refused');
  assert.match(refused.reason, /chmod o-w \/opt\/loose/);
  const runAs = { user: 'nobody', group: undefined };
  const harmless = prepareCommand(command(['/opt/loose'], { runAs }), lax, host);
  assert.ok(harmless.kind === 'ready');
  assert.deepEqual(harmless.warnings, []);
  assert.equal(harmless.command.user?.uid, 65_534);
});

test('a missing program or user is told, with what to do', () => {
  const gone = prepareCommand(command(['/nope']), lax, host);
  assert.deepEqual(gone, {
    kind: 'refused',
    reason: '/nope does not exist: put that right, then reload',
  });
  const runAs = { user: 'ghost', group: undefined };
  const unknown = prepareCommand(command(['/bin/sh'], { runAs }), lax, host);
  assert.ok(unknown.kind === 'refused');
  assert.match(unknown.reason, /no user ghost: create it/);
});

test('double brackets are for bash where there is one', () => {
  const shell = command(['/bin/sh', '-c', '[[ a == a* ]]'], { shell: true });
  const prepared = prepareCommand(shell, lax, host);
  assert.ok(prepared.kind === 'ready');
  assert.equal(prepared.command.argv[0], '/bin/bash');
});
