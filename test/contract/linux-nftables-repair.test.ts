/** What is put right when others lay hands on our tables of nftables. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Service } from '../../src/base/service.ts';
import { type NftablesPlane, openNftables } from '../../src/linux/nftables/nftables.ts';
import { enterLaboratory, waitFor } from './linux-world.ts';
import { assertDone, direct, making, plain, serverAt, serviceAt, sorted } from './plane-words.ts';

enterLaboratory(import.meta.filename);

function nft(...words: readonly string[]): string {
  return execFileSync('nft', words, { encoding: 'utf8' });
}

const nat = { ...direct, forwarding: { kind: 'nat' } } as const;
const persistence = { seconds: 60, prefix: 24, engine: undefined };
const services: readonly Service[] = [
  {
    key: serviceAt('192.0.2.1', 80),
    ...plain,
    servers: [serverAt('10.0.0.1', 80, nat), serverAt('10.0.0.2', 8_080, nat)],
  },
  {
    key: serviceAt('192.0.2.2', 80),
    ...plain,
    persistence,
    servers: [serverAt('10.0.0.1', 80), serverAt('10.0.0.2', 8_080, nat)],
  },
  { key: serviceAt('2001:db8::1', 80), ...plain, servers: [serverAt('fd00::1', 80)] },
];
let plane: NftablesPlane;
let changes = 0;
beforeEach(() => {
  changes = 0;
  const opened = openNftables({
    onChange: () => {
      changes += 1;
    },
  });
  assert.ok(opened.ok);
  plane = opened.value;
  const operations = making(services);
  assertDone(plane.apply(operations), operations.length);
});
afterEach(() => {
  plane.remove();
  plane.close();
  nft('flush', 'ruleset');
});

/** What an engine does: it compares what there is with what it wants, and asks for the difference. */
const reconcile = (): void => {
  const there = new Set(sorted(plane.observe()).map((one) => JSON.stringify(one)));
  const missing = sorted(services).filter((one) => !there.has(JSON.stringify(one)));
  assertDone(plane.apply(making(missing)), making(missing).length);
  assert.deepEqual(sorted(plane.observe()), sorted(services));
  assert.equal(plane.disturbed(), false);
};

const meddlings: readonly (readonly [what: string, command: string])[] = [
  ['flushes the ruleset', 'flush ruleset'],
  ['deletes one of our tables', 'delete table ip holdfast'],
  ['flushes the chain of a service', 'flush chain ip holdfast tcp-192.0.2.1-80'],
  ['adds a rule to it', 'add rule ip holdfast tcp-192.0.2.1-80 counter'],
  ['puts a rule before ours', 'insert rule ip holdfast balance counter drop'],
  ['flushes a chain that packets come by', 'flush chain ip6 holdfast account'],
  ['adds a chain', 'add chain ip holdfast theirs { type filter hook input priority 0; }'],
  ['adds a set', 'add set ip holdfast theirs { type ipv4_addr; }'],
  ['takes services away', 'flush map ip holdfast services'],
  ['takes servers away', 'flush map ip holdfast servers'],
  ['adds a server', 'add element ip holdfast servers { 0x7 : 10.9.9.9 . 80 }'],
  ['takes counters away', 'flush set ip holdfast connections'],
];
describe('a table that others lay hands on', () => {
  for (const [what, command] of meddlings) {
    it(`is put right when somebody ${what}`, async () => {
      nft(...command.split(' '));
      await waitFor(() => changes > 0);
      assert.ok(changes > 0, 'it is told at once');
      assert.equal(plane.disturbed(), true);
      assert.equal(plane.disturbed(), false, 'it is told once');
      reconcile();
    });
    it(`is put right by whatever change comes first when somebody ${what}`, () => {
      nft(...command.split(' '));
      const service = serviceAt('192.0.2.2', 80);
      const server = serverAt('10.0.0.1', 80);
      assertDone(plane.apply([{ kind: 'add-server', service, server }]), 1);
      reconcile();
    });
  }
});

describe('what others do with tables of their own', () => {
  it('is not disturbed by what others do with tables of their own, and leaves those alone', async () => {
    nft('add', 'table', 'ip', 'theirs');
    nft('add', 'chain', 'ip', 'theirs', 'input', '{ type filter hook input priority 0; }');
    for (let port = 1; port < 50; port += 1) {
      nft('add', 'rule', 'ip', 'theirs', 'input', 'tcp', 'dport', `${port}`, 'accept');
      await turn();
    }
    assert.equal(plane.disturbed(), false);
    assert.equal(changes, 0, 'nobody was called for that');
    nft('add', 'set', 'ip', 'holdfast', 'theirs', '{ type ipv4_addr; }');
    await waitFor(() => changes > 0);
    nft('delete', 'set', 'ip', 'holdfast', 'theirs');
    assert.equal(plane.disturbed(), false, 'it is as it was');
    reconcile();
    plane.remove();
    assert.match(nft('list', 'ruleset'), /^table ip theirs \{\s+chain input/);
    assert.doesNotMatch(nft('list', 'ruleset'), /holdfast/);
  });
  it('is not taken for disturbed after changes of our own', async () => {
    for (let weight = 2; weight < 20; weight += 1) {
      const server = serverAt('10.0.0.1', 80, { ...nat, weight });
      const service = serviceAt('192.0.2.1', 80);
      assertDone(plane.apply([{ kind: 'add-server', service, server }]), 1);
      assert.equal(plane.disturbed(), false);
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(changes, 0);
  });
  it('can be read with nft, whatever stands in it', () => {
    const listing = nft('list', 'ruleset');
    assert.match(listing, /tcp 192\.0\.2\.1:80 > 10\.0\.0\.2:8080 nat weight=1/);
    assert.doesNotMatch(listing, /invalid type|unknown/);
  });
});

describe('a plane that is opened and closed', () => {
  const open = (): NftablesPlane => {
    const opened = openNftables();
    assert.ok(opened.ok);
    return opened.value;
  };
  it('changes nothing when nobody asks it for anything', () => {
    assert.deepEqual(plane.setTimeouts({ tcp: 77, tcpFin: 7, udp: 7 }), { done: true });
    const before = nft('-s', 'list', 'ruleset');
    open().close();
    assert.equal(plane.disturbed(), false);
    assert.equal(nft('-s', 'list', 'ruleset'), before);
  });
  it('leaves what is in its tables, and no table that it has emptied', () => {
    const [first, ...others] = services.map(
      ({ key }) => ({ kind: 'remove-service', key }) as const,
    );
    assert.ok(first !== undefined);
    let other = open();
    assertDone(other.apply(others), others.length);
    other.close();
    assert.deepEqual(tables(), ['table ip holdfast'], 'one family is done with, the other is not');
    other = open();
    assertDone(other.apply([first]), 1);
    other.close();
    assert.deepEqual(tables(), []);
    assert.equal(plane.disturbed(), true);
    reconcile();
  });
});

describe('a plane that is read while another one writes', () => {
  /** Reads as long as the writer writes: what it sees is often torn. */
  const reader = `
    import { openNftables } from '${new URL('../../src/linux/nftables/nftables.ts', import.meta.url)}';
    const { value } = openNftables();
    process.stdin.on('data', () => process.exit(0));
    const read = () => { value.observe(); setImmediate(read); };
    process.stdout.write('reading');
    read();
  `;
  it('is not harmed by the reader, whatever that has seen of it', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', reader], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const service = serviceAt('192.0.2.1', 80);
    for (let round = 1; round < 600; round += 1) {
      const server = serverAt('10.0.0.1', 80, { ...nat, weight: (round % 7) + 1 });
      const key = serviceAt('192.0.2.9', 80 + (round % 5));
      const operations = [
        { kind: 'add-server', service, server },
        { kind: round % 2 === 0 ? 'add-service' : 'remove-service', key, settings: plain },
      ] as const;
      assertDone(plane.apply(operations), operations.length);
      if (round % 20 === 0) await turn();
    }
    child.stdin.write('enough');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.deepEqual([changes, plane.disturbed()], [0, false], 'the reader has written');
  });
});

function tables(): readonly string[] {
  return nft('list', 'tables').split('\n').filter(Boolean);
}
