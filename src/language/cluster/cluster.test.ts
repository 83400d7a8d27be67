/** The files of several nodes: what must be told, and what must be left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterCodes } from '../codes/cluster.ts';
import { checkExample } from './example.ts';

interface Written {
  readonly name?: string;
  readonly id?: number;
  readonly link?: string;
  readonly priority?: number;
  readonly address?: string;
  readonly lines?: string;
}

function instance(written: Written = {}): string {
  const { name = 'A', id = 51, link = 'eth0', address = '10.0.0.1/24', lines = '' } = written;
  const priority = written.priority === undefined ? '' : `priority ${written.priority}\n`;
  return `vrrp_instance ${name} {\ninterface ${link}\nvirtual_router_id ${id}\n${priority}virtual_ipaddress {\n${address}\n}\n${lines}\n}\n`;
}

const script = (weight: number) => `vrrp_script check {\nscript /bin/true\nweight ${weight}\n}\n`;
const track = 'track_script {\ncheck\n}';

function findings(...nodes: readonly string[]) {
  return checkExample(nodes.join('# the other node\n')).diagnostics;
}

function codes(...nodes: readonly string[]): readonly string[] {
  return findings(...nodes).map(({ code }) => code);
}

test('each code says one thing about its own example', () => {
  for (const [code, { example }] of Object.entries(clusterCodes)) {
    const found = checkExample(example).diagnostics.map((each) => each.code);
    assert.deepEqual(found, [code]);
  }
});

test('an ordinary pair is told nothing, whatever interfaces and instances are called', () => {
  assert.deepEqual(codes(instance({ priority: 150 }), instance()), []);
  assert.deepEqual(
    codes(
      instance({ priority: 150 }) + instance({ name: 'B', id: 52, address: '10.0.0.2/24' }),
      instance({ name: 'Y', id: 52, link: 'ens3', address: '10.0.0.2/24', priority: 90 }) +
        instance({ name: 'X', link: 'ens3' }),
    ),
    [],
  );
});

test('one file has nobody to be compared with', () => {
  assert.deepEqual(codes(instance({ priority: 255 })), []);
});

test('one id on two links: instances are paired by their addresses', () => {
  const two = (priority: number, first: string, second: string) =>
    instance({ name: first, priority, link: 'eth0', address: '10.0.0.1/24' }) +
    instance({ name: second, priority, link: 'eth1', address: '10.0.1.1/24' });
  assert.deepEqual(codes(two(150, 'A', 'B'), two(100, 'B', 'A')), []);
});

test('families apart', () => {
  const both = (priority: number) =>
    instance({ priority }) + instance({ name: 'A6', priority, address: '2001:db8::1/64' });
  assert.deepEqual(codes(both(150), both(100)), []);
});

test('points into the file that it speaks of', () => {
  const [first, second] = [instance({ priority: 150 }), instance({ id: 52 })];
  const { diagnostics, sources } = checkExample(`${first}# the other node\n${second}`);
  const [found] = diagnostics;
  assert.equal(found?.code, 'cluster.router-id-differs');
  const text = (span: (typeof found)['span']) =>
    span === undefined ? '' : sources[span.source]?.text.slice(span.start, span.end);
  assert.equal(text(found.span), '52');
  assert.equal(sources[found.span?.source ?? 0]?.path, 'node2.conf');
  assert.equal(text(found.related[0]?.span), '51');
  assert.match(found.message, /52 here and 51 in node1\.conf/);
});

test('passwords: eight characters count, and version 3 has none', () => {
  const pass = (word: string, more = '') =>
    `authentication {\nauth_type PASS\nauth_pass ${word}\n}\n${more}`;
  const pair = (one: string, other: string) =>
    codes(instance({ priority: 150, lines: one }), instance({ lines: other }));
  assert.deepEqual(pair(pass('12345678'), pass('123456789')), []);
  assert.deepEqual(pair(pass('1234'), ''), ['cluster.authentication-differs']);
  assert.deepEqual(pair(pass('1', 'version 3'), pass('2', 'version 3')), []);
});

test('addresses: order is nothing, a missing one is named with its file', () => {
  const pair = (one: string, other: string) =>
    findings(instance({ priority: 150, address: one }), instance({ address: other }));
  assert.deepEqual(pair('10.0.0.1/24\n10.0.0.2/24', '10.0.0.2/24\n10.0.0.1/24'), []);
  assert.equal(
    pair('10.0.0.1/24\n10.0.0.2/24', '10.0.0.1/24\n10.0.0.3/24')[0]?.message,
    '10.0.0.2 of node1.conf is not in node2.conf; 10.0.0.3 of node2.conf is not in node1.conf (A)',
  );
});

test('peers of three nodes, each naming the others', () => {
  const node = (own: number, peers: readonly number[]) =>
    instance({
      priority: 100 + own,
      lines: `unicast_src_ip 10.0.0.${own}\nunicast_peer {\n${peers.map((peer) => `10.0.0.${peer}`).join('\n')}\n}`,
    });
  assert.deepEqual(codes(node(11, [12, 13]), node(12, [11, 13]), node(13, [11, 12])), []);
  const found = findings(node(11, [12, 13]), node(12, [11]), node(13, [11, 12]));
  assert.deepEqual(
    found.map(({ message }) => message),
    [
      'A in node2.conf sends to 10.0.0.11 and not to 10.0.0.13, which is where node3.conf sends from',
    ],
  );
});

test('weights: only what cannot move is told, with its numbers', () => {
  const pair = (weight: number, one: number, other: number) =>
    findings(
      script(weight) + instance({ priority: one, lines: track }),
      script(weight) + instance({ priority: other, lines: track }),
    );
  assert.deepEqual(pair(-20, 100, 90), []);
  assert.deepEqual(pair(-10, 100, 90), [], 'a tie is decided by the address');
  assert.deepEqual(pair(0, 100, 90), []);
  assert.deepEqual(
    pair(-2, 100, 90).map(({ message, help }) => [message, help]),
    [
      [
        'with these weights a failed check leaves 100 - 2 = 98, still above the 90 of node2.conf: the address of A would never move',
        'a weight of -11 or more would move it, or weight 0, which makes a failure a fault',
      ],
    ],
  );
  assert.deepEqual(
    pair(5, 100, 90).map(({ message }) => message),
    [
      'with these weights a failed check leaves 105 - 5 = 100, still above the 95 of node2.conf: the address of A would never move',
    ],
  );
});

test('weights of a member do not count in a group, those of the group do', () => {
  const group = (lines: string) => `vrrp_sync_group G {\ngroup {\nA\n}\n${lines}\n}\n`;
  const pair = (lines: string, own: string) =>
    codes(
      script(-2) + group(lines) + instance({ priority: 100, lines: own }),
      script(-2) + group(lines) + instance({ priority: 90, lines: own }),
    );
  assert.deepEqual(pair('', track), []);
  assert.deepEqual(pair(track, ''), ['cluster.check-never-moves']);
  assert.deepEqual(pair('sync_group_tracking_weight', track), ['cluster.check-never-moves']);
});

test('sync groups are compared by what they hold, not by names', () => {
  const members = (priority: number, [one, two]: readonly [string, string]) =>
    instance({ name: one, priority }) +
    instance({ name: two, id: 52, priority, address: '10.0.0.2/24' });
  const group = (...names: readonly string[]) =>
    `vrrp_sync_group G {\ngroup {\n${names.join('\n')}\n}\n}\n`;
  const first = group('A', 'B') + members(150, ['A', 'B']);
  assert.deepEqual(codes(first, group('X', 'Y') + members(100, ['X', 'Y'])), []);
  assert.deepEqual(codes(first, members(100, ['A', 'B'])), ['cluster.sync-group-differs']);
  assert.deepEqual(codes(members(150, ['A', 'B']), group('A', 'B') + members(100, ['A', 'B'])), [
    'cluster.sync-group-differs',
  ]);
});

test('an empty file and one without instances are no reason to fall over', () => {
  assert.deepEqual(codes('', '\n'), []);
  assert.deepEqual(codes(instance(), '\n'), ['cluster.instance-alone']);
});
