import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** What a process writes whose standard output is a socket, as the journal's is. */
const writer = `
import { LineSink, outletFor } from ${JSON.stringify(new URL('./sink.ts', import.meta.url).href)};
const sink = new LineSink(outletFor(1));
process.on('message', (count) => {
  const begin = performance.now();
  for (let line = 0; line < count; line += 1) sink.line(line + ' ' + 'x'.repeat(1_000));
  const took = performance.now() - begin;
  setTimeout(() => process.send({ took, dropped: sink.droppedTotal }), 50);
});
`;

test('a real socket whose reader stands still, goes on, and is killed: never waited for, and counted', async () => {
  const words = ['--input-type=module', '-e', writer];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const written = async (count: number): Promise<{ took: number; dropped: number }> => {
    child.send(count);
    const [answer] = await once(child, 'message');
    return answer;
  };
  try {
    const stalled = await written(4_000);
    assert.ok(stalled.took < 1_000, `${stalled.took} ms`);
    assert.ok(stalled.dropped > 3_000, `${stalled.dropped} dropped`);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    while (!text.includes('lines are missing here')) await once(child.stdout ?? child, 'data');
    const { dropped: before } = await written(1);
    child.stdout?.destroy();
    await written(1);
    const { dropped } = await written(1);
    assert.ok(dropped > before, `${dropped} dropped, ${before} before`);
  } finally {
    child.kill('SIGKILL');
  }
});
