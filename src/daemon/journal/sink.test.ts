import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LineSink, outletFor } from './sink.ts';

test('a reader that stalls costs lines, which are counted and told when it goes on', () => {
  const written: string[] = [];
  let taken: ((done: boolean) => void) | undefined;
  const sink = new LineSink({
    write: (text, done) => {
      written.push(text);
      taken = done;
    },
  });
  const line = 'x'.repeat(1_023);
  for (let count = 0; count < 2_000; count += 1) sink.line(line);
  assert.equal(written.length, 1);
  assert.equal(sink.droppedTotal, 2_000 - 1 - 512);
  taken?.(true);
  assert.match(written[1] ?? '', /1487 lines are missing here: the reader of this log/);
});

test('a failed write is a loss, the next one is tried, and the first that succeeds tells of all', () => {
  const written: string[] = [];
  const sink = new LineSink({
    write: (text, done) => {
      written.push(text);
      done(written.length > 2);
    },
  });
  for (const line of ['lost', 'lost too', 'kept', 'kept too']) sink.line(line);
  assert.equal(sink.droppedTotal, 2);
  const note = 'lines are missing here: they could not be written';
  assert.deepEqual(written, ['lost\n', `1 ${note}\nlost too\n`, `2 ${note}\nkept\n`, 'kept too\n']);
});

test('a real pipe that nobody reads never blocks the writer', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-sink-'));
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY);
  const sink = new LineSink(outletFor(writer));
  for (let count = 0; count < 4_000; count += 1) sink.line(`${count} ${'x'.repeat(1_000)}`);
  const begin = performance.now();
  await new Promise<void>((resolve) => sink.drain(100, resolve));
  assert.ok(performance.now() - begin < 2_000);
  assert.ok(sink.droppedTotal > 0);
  const chunk = Buffer.alloc(4);
  readSync(reader, chunk, 0, 4, null);
  assert.equal(chunk.toString(), '0 xx');
  closeSync(reader);
  closeSync(writer);
  rmSync(directory, { recursive: true });
});
