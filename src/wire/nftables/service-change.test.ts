import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import type { Server, Service, ServiceSettings } from '../../base/service.ts';
import { decodeMessages } from '../netlink.ts';
import { FLOW_TIMEOUTS } from './base-chains.ts';
import type { Command } from './command.ts';
import { encodeTransaction } from './command.ts';
import { hexOf } from './digest.ts';
import { Identities } from './identity.ts';
import { changeCommands, refusal } from './service-change.ts';
import { tableCommands } from './table.ts';

const address = (text: string) => parseAddress(text) ?? assert.fail(text);
const plain: ServiceSettings = {
  scheduler: 'wrr',
  flags: [],
  persistence: undefined,
  onePacket: false,
};

function server(text: string, weight = 1, port = 8080): Server {
  const forwarding = { kind: 'nat' } as const;
  return { address: address(text), port, forwarding, weight, upper: 0, lower: 0 };
}

function service(servers: readonly Server[], settings: Partial<ServiceSettings> = {}): Service {
  const key = {
    kind: 'address',
    protocol: 'tcp',
    address: address('192.0.2.1'),
    port: 80,
  } as const;
  return { key, ...plain, ...settings, servers };
}

function change(before: Service | undefined, after: Service | undefined): readonly Command[] {
  const identities = new Identities();
  let number = 0;
  const anonymous = (): number => {
    number += 1;
    return number;
  };
  return changeCommands(before, after, { anonymous, identify: identities.of });
}

/** One line a command: what it does, on what, and how much of it. */
function lines(commands: readonly Command[]): readonly string[] {
  return commands.map((command) => {
    switch (command.kind) {
      case 'add-elements':
      case 'remove-elements':
        return `${command.kind} ${command.set} ${command.elements.length}`;
      case 'add-anonymous':
        return `${command.kind} ${command.elements.map((one) => data(one.data)).join(' ')}`;
      case 'add-rule':
        return `${command.kind} ${command.chain} ${command.expressions.map((one) => one.kind).join(' ')}`;
      case 'add-set':
        return `${command.kind} ${command.shape.name}`;
      case 'add-table':
      case 'remove-table':
        return command.kind;
      default:
        return `${command.kind} ${command.name}`;
    }
  });
}

function data(value: unknown): string {
  return value instanceof Uint8Array ? hexOf(value) : JSON.stringify(value);
}

const draw = 'number lookup meta mark meta mark lookup';
const one = server('10.0.0.1');
const two = server('10.0.0.2', 2);

describe('a service', () => {
  it('is a chain that draws a server, and refuses when there is none', () => {
    assert.deepEqual(lines(change(undefined, service([one, two]))), [
      'add-chain tcp-192.0.2.1-80',
      'add-anonymous 2a2321d0 98063a18 2a2321d0',
      `add-rule tcp-192.0.2.1-80 ${draw} immediate label verdict`,
      'add-rule tcp-192.0.2.1-80 unreachable',
      'add-elements services 1',
      'add-elements servers 2',
      'add-elements connections 2',
      'add-elements inward 2',
      'add-elements outward 2',
    ]);
    assert.deepEqual(lines(change(undefined, service([]))), [
      'add-chain tcp-192.0.2.1-80',
      'add-rule tcp-192.0.2.1-80 unreachable',
      'add-elements services 1',
    ]);
  });
  it('remembers its clients in a map of its own, also those of a server of weight 0', () => {
    const persistence = { seconds: 300, prefix: 24, engine: undefined };
    const commands = change(undefined, service([{ ...one, weight: 0 }], { persistence }));
    const returning = 'payload mask lookup meta mark meta mark lookup remember';
    assert.deepEqual(lines(commands).slice(0, 4), [
      'add-set tcp-192.0.2.1-80.translate.sticky',
      'add-chain tcp-192.0.2.1-80',
      `add-rule tcp-192.0.2.1-80 ${returning} immediate label verdict`,
      'add-rule tcp-192.0.2.1-80 unreachable',
    ]);
  });
  it('draws the way first where servers are reached in several', () => {
    const straight = { ...two, forwarding: { kind: 'direct' } } as const;
    const chains = lines(change(undefined, service([one, straight])));
    assert.deepEqual(
      chains.filter((line) => line.startsWith('add-chain') || line.includes('goto')),
      [
        'add-chain tcp-192.0.2.1-80.translate',
        'add-chain tcp-192.0.2.1-80.direct',
        'add-chain tcp-192.0.2.1-80',
        'add-anonymous {"goto":"tcp-192.0.2.1-80.direct"} ' +
          '{"goto":"tcp-192.0.2.1-80.translate"} {"goto":"tcp-192.0.2.1-80.direct"}',
      ],
    );
  });
});

describe('a change', () => {
  it('costs nothing where nothing changes, whatever order the servers come in', () => {
    assert.deepEqual(change(service([one, two]), service([two, one])), []);
  });
  it('of one weight rewrites the rules of its service and one element, and no counter', () => {
    const heavier = { ...two, weight: 3 };
    assert.deepEqual(lines(change(service([one, two]), service([one, heavier]))), [
      'remove-elements servers 1',
      'flush-chain tcp-192.0.2.1-80',
      'add-anonymous 2a2321d0 98063a18 2a2321d0 2a2321d0',
      `add-rule tcp-192.0.2.1-80 ${draw} immediate label verdict`,
      'add-rule tcp-192.0.2.1-80 unreachable',
      'add-elements servers 1',
    ]);
  });
  it('takes everything of a service along', () => {
    assert.deepEqual(lines(change(service([one]), undefined)), [
      'remove-elements services 1',
      'remove-elements servers 1',
      'remove-elements connections 1',
      'remove-elements inward 1',
      'remove-elements outward 1',
      'flush-chain tcp-192.0.2.1-80',
      'remove-chain tcp-192.0.2.1-80',
    ]);
  });
});

it('gives two servers whose numbers would be the same numbers of their own, and keeps them', () => {
  const { key } = service([]);
  const first = new Identities();
  const number = first.of(key, one);
  const second = new Identities();
  second.learn(key, two, number);
  assert.equal(second.of(key, two), number);
  assert.notEqual(second.of(key, one), number);
  assert.equal(second.of(key, one), second.of(key, one));
});

it('says in words what it cannot carry out', () => {
  const tunnel = { ...one, forwarding: { kind: 'tunnel', tunnel: { kind: 'ipip' } } } as const;
  assert.match(refusal(service([]).key, tunnel) ?? '', /tunnel.*lvs_method NAT or DR/);
  assert.match(refusal(service([]).key, server('fd00::1')) ?? '', /not of the address family/);
  assert.equal(refusal(service([]).key, one), undefined);
});

it('is one message a command in a transaction, framed, and its numbers tell whose an error is', () => {
  const commands = tableCommands('ipv4', FLOW_TIMEOUTS).map((command) => ({
    family: 'ipv4' as const,
    command,
  }));
  const { bytes, owners } = encodeTransaction(commands, 7);
  const messages = decodeMessages(bytes);
  assert.deepEqual(
    messages.map(({ sequence }) => owners[sequence - 7]),
    [-1, ...commands.keys(), -1],
  );
  assert.deepEqual([messages.at(0)?.type, messages.at(-1)?.type], [16, 17]);
});
