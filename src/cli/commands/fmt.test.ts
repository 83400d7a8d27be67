/** What `holdfast fmt` does to files, and what it leaves alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const untidy = '# one\nvrrp_instance A{\n  include more.conf\npriority 5 ! two\n}\n\n\n';
const tidy = '# one\nvrrp_instance A {\n    include more.conf\n    priority 5 ! two\n}\n';

function holdfast(words: readonly string[], input: string | Buffer = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

function folder(context: { after(run: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-fmt-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('standard input comes out laid out, and laying it out again changes nothing', () => {
  assert.deepEqual(holdfast(['fmt'], untidy), { status: 0, stdout: tidy, stderr: '' });
  assert.equal(holdfast(['fmt', '-'], tidy).stdout, tidy);
});

test('--check names what would change and writes nothing', (context) => {
  const at = folder(context);
  writeFileSync(join(at, 'a.conf'), untidy);
  writeFileSync(join(at, 'b.conf'), tidy);
  const files = [join(at, 'a.conf'), join(at, 'b.conf')];
  assert.deepEqual(holdfast(['fmt', '--check', ...files]), {
    status: 1,
    stdout: `${join(at, 'a.conf')}\n`,
    stderr: '',
  });
  assert.equal(readFileSync(join(at, 'a.conf'), 'utf8'), untidy);
  assert.equal(holdfast(['fmt', '--check', join(at, 'b.conf')]).status, 0);
});

test('--write keeps the mode, follows a link without replacing it, and leaves nothing beside', (context) => {
  const at = folder(context);
  writeFileSync(join(at, 'real.conf'), untidy);
  chmodSync(join(at, 'real.conf'), 0o660);
  symlinkSync('real.conf', join(at, 'link.conf'));
  assert.equal(holdfast(['fmt', '--write', join(at, 'link.conf')]).status, 0);
  assert.equal(readFileSync(join(at, 'real.conf'), 'utf8'), tidy);
  assert.equal(statSync(join(at, 'real.conf')).mode & 0o777, 0o660);
  assert.ok(lstatSync(join(at, 'link.conf')).isSymbolicLink());
  assert.deepEqual(readdirSync(at).toSorted(), ['link.conf', 'real.conf']);
});

test('what cannot be read, or not be written back as it was, is told and left alone', (context) => {
  const at = folder(context);
  const latin = Buffer.from('# caf\xe9\nglobal_defs{\n}\n', 'latin1');
  writeFileSync(join(at, 'latin.conf'), latin);
  const { status, stderr } = holdfast(['fmt', '--write', join(at, 'latin.conf')]);
  assert.equal(status, 2);
  assert.match(stderr, /is not UTF-8 and is left as it is/);
  assert.deepEqual(readFileSync(join(at, 'latin.conf')), latin);
  assert.equal(holdfast(['fmt', join(at, 'missing.conf')]).status, 2);
});
