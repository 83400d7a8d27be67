import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FileFacts, inspect, renderFinding } from './security.ts';

const directory = (mode = 0o755, uid = 0, gid = 0): FileFacts => ({
  uid,
  gid,
  mode: 0o040000 | mode,
});
const file = (mode = 0o755, uid = 0, gid = 0): FileFacts => ({ uid, gid, mode: 0o100000 | mode });

function look(path: string, files: Readonly<Record<string, FileFacts>>, resolved = path): string {
  const all: Readonly<Record<string, FileFacts>> = { '/': directory(), ...files };
  return renderFinding(
    inspect(path, {
      facts: (name) => all[name],
      resolve: () => (all[resolved] === undefined ? undefined : resolved),
    }),
  );
}

test('root alone on the whole path is trusted', () => {
  const files = { '/etc': directory(), '/etc/check': file() };
  assert.equal(look('/etc/check', files), 'only root can change it');
});

test('the element that others can write to is named, with the cure', () => {
  const files = { '/opt': directory(), '/opt/x': directory(0o777), '/opt/x/check': file() };
  assert.equal(
    look('/opt/x/check', files),
    '/opt/x can be changed by anybody, who could so run anything as root: chmod o-w /opt/x',
  );
  const owned = { '/opt': directory(), '/opt/check': file(0o755, 1000) };
  assert.match(look('/opt/check', owned), /^\/opt\/check can be changed by user 1000.*chown root/);
  const grouped = { '/opt': directory(0o775, 0, 50), '/opt/check': file() };
  assert.match(look('/opt/check', grouped), /^\/opt can be changed by group 50.*chmod g-w/);
});

test('a sticky directory of root protects its entries', () => {
  const files = { '/tmp': directory(0o1777), '/tmp/check': file() };
  assert.equal(look('/tmp/check', files), 'only root can change it');
});

test('the directory of a symbolic link counts as well as its target', () => {
  const files = {
    '/srv': directory(0o777),
    '/srv/link': { uid: 0, gid: 0, mode: 0o120777 },
    '/usr': directory(),
    '/usr/check': file(),
  };
  assert.match(look('/srv/link', files, '/usr/check'), /^\/srv can be changed by anybody/);
});

test('what does not exist or cannot be executed is told', () => {
  assert.equal(look('/nope', {}), '/nope does not exist');
  assert.equal(
    look('/etc/check', { '/etc': directory(), '/etc/check': file(0o644) }),
    '/etc/check is not an executable file: chmod +x it',
  );
});
