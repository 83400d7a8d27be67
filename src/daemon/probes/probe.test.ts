import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import type { ProbeTarget } from '../../engine/translation/supervisor-trackers.ts';
import { ask } from './ask.ts';
import { type Probe, startProbe } from './probe.ts';

const process_ = (name: string): ProbeTarget => ({ kind: 'process', name });
const three = ['a', 'b', 'c'].map(process_);

/** Runs a probe whose targets answer as they are named, in this order, and tells how it ended. */
function outcome(probe: Probe, answers: readonly (readonly [string, string | undefined])[]) {
  const pending = new Map<string, (failure: string | undefined) => void>();
  const cancelled: string[] = [];
  const endings: unknown[] = [];
  startProbe(
    probe,
    ({ succeeded, detail }) => endings.push(`${succeeded ? 'up' : 'down'}: ${detail}`),
    (target, answered) => {
      const name = target.kind === 'process' ? target.name : '';
      pending.set(name, answered);
      return () => cancelled.push(name);
    },
  );
  for (const [name, failure] of answers) pending.get(name)?.(failure);
  return endings;
}

test('it ends as soon as the quorum is certain, one way or the other', () => {
  const two = { targets: three, quorum: 2 };
  assert.deepEqual(outcome(two, [['a', undefined]]), []);
  const good = [
    ['a', undefined],
    ['b', 'no'],
    ['c', undefined],
  ] as const;
  assert.deepEqual(outcome(two, good), ['up: 2 answers, 2 of 3 needed']);
  const bad = [
    ['a', 'x'],
    ['b', 'y'],
    ['c', undefined],
  ] as const;
  assert.deepEqual(outcome(two, bad), ['down: process a: x, process b: y']);
  assert.deepEqual(outcome({ targets: three, quorum: 3 }, [['b', 'gone']]), [
    'down: process b: gone',
  ]);
});

function answerTo(target: ProbeTarget): Promise<string | undefined> {
  return new Promise((resolve) => ask(target, resolve));
}

test('tcp, http and process, against this host', async () => {
  const loopback = parseAddress('127.0.0.1');
  assert.ok(loopback !== undefined);
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/good' ? 204 : 503;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const status = [{ from: 200, to: 299 }];
  const http = (path: string): ProbeTarget => ({
    kind: 'http',
    url: `http://127.0.0.1:${port}${path}`,
    status,
  });
  assert.equal(await answerTo(http('/good')), undefined);
  assert.equal(await answerTo(http('/bad')), 'status 503');
  assert.equal(await answerTo({ kind: 'tcp', address: loopback, port }), undefined);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await answerTo(http('/good')), 'ECONNREFUSED');
  assert.equal(await answerTo({ kind: 'tcp', address: loopback, port }), 'ECONNREFUSED');
  assert.equal(await answerTo(process_('no such one')), 'is not running');
});
