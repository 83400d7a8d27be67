/** 2,284 services over 37,298 servers, from nothing, read back, and changed; beside the packaged ipvsadm. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { parseAddress } from '../../src/base/address.ts';
import type { Server, Service } from '../../src/base/service.ts';
import { serverName } from '../../src/base/service.ts';
import { createTable } from '../../src/engine/balancer/table.ts';
import { assertDone, direct, making, plain, sorted } from '../contract/plane-words.ts';
import { enterGuest } from './guest.ts';
import { emptyTable, ipvsadm } from './ipvsadm.ts';
import { openPlane } from './plane.ts';

enterGuest(import.meta.filename);
emptyTable();
const plane = await openPlane();
after(() => plane.close());

const SERVICES = 2_284;
const SERVERS = 37_298;
/** Holdfast over ipvsadm: seen 0.1 to 0.2, since one system call carries a hundred changes. */
const SHARE = 0.5;

/** The remainder goes to the first services, one each. */
const services: readonly Service[] = Array.from({ length: SERVICES }, (_, index) => ({
  key: { kind: 'address', protocol: 'tcp', address: at('198', index), port: 443 },
  ...plain,
  scheduler: 'wlc',
  servers: Array.from({ length: portion(index) }, (_unused, number) => serverOf(index, number)),
}));

function portion(index: number): number {
  return Math.floor(SERVERS / SERVICES) + (index < SERVERS % SERVICES ? 1 : 0);
}

function serverOf(service: number, number: number): Server {
  return { address: at('10', service * 20 + number), port: 443, ...direct, weight: 100 };
}

function at(network: string, number: number) {
  const address = parseAddress(`${network}.${number >> 16}.${(number >> 8) & 255}.${number & 255}`);
  assert.ok(address !== undefined);
  return address;
}

function timed<Value>(action: () => Value): { readonly value: Value; readonly took: number } {
  const started = performance.now();
  const value = action();
  return { value, took: performance.now() - started };
}

let took = 0;
before(() => {
  const operations = making(services);
  assert.equal(operations.length, SERVICES + SERVERS);
  const applied = timed(() => plane.apply(operations));
  assertDone(applied.value, operations.length);
  took = applied.took;
});

test('a dump loses nothing', () => {
  const observed = timed(() => plane.observe());
  const read = timed(() => plane.traffic());
  assert.deepEqual(sorted(observed.value), sorted(services));
  assert.equal(read.value.flatMap(({ servers }) => servers).length, SERVERS);
  const [dump, counters] = [observed.took, read.took].map((time) => time.toFixed(0));
  console.log(
    `programmed in ${took.toFixed(0)} ms, read in ${dump} ms, counters in ${counters} ms`,
  );
});

test('one change among them is one message', () => {
  const [first] = services;
  const [server] = first?.servers ?? [];
  assert.ok(first !== undefined && server !== undefined);
  const { address, port } = server;
  const settings = { ...direct, weight: 0 };
  const operation = {
    kind: 'edit-server',
    service: first.key,
    server: { address, port },
    settings,
  } as const;
  const applied = timed(() => plane.apply([operation]));
  assertDone(applied.value, 1);
  console.log(`one change in ${applied.took.toFixed(2)} ms`);
  const shown = ipvsadm([
    '-Ln',
    '-t',
    `${first.key.kind === 'address' ? first.key.address : ''}:443`,
  ]);
  assert.match(shown, new RegExp(`${serverName(server)} +Route +0 `));
});

test('a weight that somebody changes among them is seen in a glimpse', () => {
  const [, second] = services;
  const [server] = second?.servers ?? [];
  assert.ok(second?.key.kind === 'address' && server !== undefined);
  const believed = createTable();
  believed.replace(plane.observe());
  assert.deepEqual(believed.doubtful(plane.glimpse()), []);
  const { key } = second;
  const place = ['-t', `${key.address}:${key.port}`, '-r', serverName(server)];
  ipvsadm(['-e', ...place, '-g', '-w', '42']);
  const seen = timed(() => plane.glimpse());
  assert.deepEqual(believed.doubtful(seen.value), [key]);
  const known = timed(() => plane.look([key]));
  assert.equal(
    known.value[0]?.servers.find(({ weight }) => weight === 42)?.address,
    server.address,
  );
  const [glimpse, look] = [seen.took, known.took].map((time) => time.toFixed(1));
  console.log(`a glimpse of all in ${glimpse} ms, a look at one service in ${look} ms`);
});

/**
 * In a namespace of its own: where a table has just been emptied, the kernel compares every new server with all that went
 * in the last two minutes.
 */
test('it takes less time than ipvsadm takes for the same table', () => {
  const text = ipvsadm(['-Sn']);
  const now = 'date +%s%N';
  const script = `ip link set lo up; from=$(${now}); ipvsadm -R; echo $(($(${now}) - from)); ipvsadm -Sn | wc -l`;
  const told = execFileSync('unshare', ['--net', 'sh', '-c', script], {
    encoding: 'utf8',
    input: text,
  });
  const [nanoseconds = 0, entries] = told.trim().split('\n').map(Number);
  assert.equal(entries, SERVICES + SERVERS);
  const theirs = nanoseconds / 1e6;
  const share = took / theirs;
  console.log(`ipvsadm: ${theirs.toFixed(0)} ms; Holdfast takes ${share.toFixed(2)} of it`);
  assert.ok(share < SHARE, `Holdfast takes ${share.toFixed(2)} of the time that ipvsadm takes`);
});
