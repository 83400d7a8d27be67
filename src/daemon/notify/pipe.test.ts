import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Pipe } from './pipe.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-pipe-'));
after(() => rmSync(directory, { recursive: true }));

function open(name: string, said: string[] = []): Pipe {
  const plan = { path: join(directory, name), owner: undefined, reader: undefined };
  return new Pipe(plan, (_, text) => said.push(text));
}

/** Whatever is in the pipe now. */
function drain(pipe: Pipe): string {
  const fd = openSync(pipe.plan.path, constants.O_RDONLY | constants.O_NONBLOCK);
  const bytes = Buffer.alloc(1 << 20);
  let length = 0;
  try {
    for (let read = 1; read > 0; length += read) {
      read = readSync(fd, bytes, length, bytes.length - length, null);
    }
  } catch (error) {
    assert.match(String(error), /EAGAIN/);
  }
  closeSync(fd);
  return bytes.toString('utf8', 0, length);
}

test('made with 0644 less the umask, written without a reader, removed at the end', async () => {
  const pipe = open('made');
  assert.equal(statSync(pipe.plan.path).mode & 0o777, 0o644 & ~process.umask());
  pipe.write('a', 'one\n');
  assert.equal(drain(pipe), 'one\n');
  await pipe.close();
  assert.ok(!existsSync(pipe.plan.path));
});

test('one that was there stays; what is no pipe, and a link, is refused with its name', async () => {
  execFileSync('mkfifo', [join(directory, 'there')]);
  await open('there').close();
  assert.ok(existsSync(join(directory, 'there')));
  writeFileSync(join(directory, 'file'), '');
  symlinkSync(join(directory, 'there'), join(directory, 'link'));
  const said: string[] = [];
  for (const name of ['file', 'link']) {
    const pipe = open(name, said);
    pipe.write('a', 'x\n');
    await pipe.close();
    assert.ok(existsSync(join(directory, name)));
  }
  assert.match(said[0] ?? '', /file is not used: it is not a pipe/);
  assert.match(said[1] ?? '', /link is not used: it is a symbolic link/);
});

test('a full pipe is said once, counts what is lost, and tells the latest state later', async () => {
  const said: string[] = [];
  const pipe = open('full', said);
  const rounds = 10_000;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['a', 'b']) pipe.write(name, `${name} ${round}\n`);
  }
  assert.equal(said.length, 1);
  const first = drain(pipe).trim().split('\n');
  assert.equal(first.length + pipe.counterpart.lost + 2, 2 * rounds);
  await delay(300);
  assert.equal(drain(pipe), `a ${rounds - 1}\nb ${rounds - 1}\n`);
  await pipe.close();
});
