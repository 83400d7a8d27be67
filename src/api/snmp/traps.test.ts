import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../../engine/report.ts';
import { renderOid, type SnmpValue } from '../../wire/agentx-values.ts';
import type { Trap } from './outgoing.ts';
import type { SnmpPicture } from './picture.ts';
import type { TrapFacts } from './trap.ts';
import { trapsOf } from './traps.ts';

const model = {
  ...{ name: 'web', interface: 'eth0', virtualRouterId: 51, version: 2, family: 'ipv4' },
  addresses: ['10.11.0.100'],
};
const picture = {
  instances: [{ model, now: { source: '10.11.0.1' } }],
  links: { indexOf: () => 3 },
} as unknown as SnmpPicture;

function facts(terms: object): TrapFacts {
  const instances = new Map([['web', { initialState: 'master' as const }]]);
  return { terms, routerId: 'lb1', instances, picture } as unknown as TrapFacts;
}

function shown(traps: readonly Trap[]): readonly string[] {
  const words = (value: SnmpValue): string => {
    if (value.kind === 'oid') return renderOid(value.value);
    if (!('value' in value)) return value.kind;
    const plain = value.value;
    if (value.kind === 'string') return Buffer.from(plain as Uint8Array).toString();
    return plain instanceof Uint8Array ? plain.join('.') : `${plain}`;
  };
  return traps.map(({ varbinds }) =>
    varbinds.map(({ oid, value }) => `${renderOid(oid)}=${words(value)}`).join(' '),
  );
}

const transition = (to: string, cause: object): Report =>
  ({ kind: 'transition', instance: 'web', from: 'backup', to, cause, at: 0 }) as unknown as Report;

const name = '1.3.6.1.6.3.1.1.4.1.0';
const own = '1.3.6.1.4.1.9586.100.5';

test('a state is told with the numbers that only notifications have', () => {
  const states = ['backup', 'fault', 'stop', 'deleted'].map((to) => {
    const [line] = shown(trapsOf(transition(to, { kind: 'stop' }), facts({ vrrp: true })));
    return line;
  });
  assert.deepEqual(
    states,
    [1, 3, 5, 6].map(
      (state) =>
        `${name}=${own}.2.10.0.2 ${own}.2.3.1.2=web ${own}.2.3.1.4=${state} ${own}.2.3.1.5=2 ${own}.1.2.0=lb1`,
    ),
  );
});

test('a new master is told in the MIBs of both RFCs, with the reason', () => {
  const both = facts({ rfc2787: true, rfc6527: true });
  const told = trapsOf(transition('master', { kind: 'advertisement-timeout' }), both);
  assert.deepEqual(shown(told), [
    `${name}=1.3.6.1.2.1.68.0.1 1.3.6.1.2.1.68.1.3.1.7.3.51=10.11.0.1`,
    `${name}=1.3.6.1.2.1.207.0.1 1.3.6.1.2.1.207.1.1.1.1.3.3.51.1=\n\v\0\u0001 1.3.6.1.2.1.207.1.2.5.1.2.3.51.1=3`,
  ]);
  assert.deepEqual(trapsOf(transition('master', { kind: 'resumed' }), both), []);
});

test('a datagram that is refused is told where the RFC has a word for it', () => {
  const both = facts({ rfc2787: true, rfc6527: true });
  const refused = (reason: string) =>
    shown(
      trapsOf(
        { kind: 'rejected', instance: 'web', from: '10.11.0.2', reason } as unknown as Report,
        both,
      ),
    );
  assert.deepEqual(refused('authentication-data'), [
    `${name}=1.3.6.1.2.1.68.0.2 1.3.6.1.2.1.68.1.5.3.51=10.11.0.2 1.3.6.1.2.1.68.1.6.3.51=3`,
  ]);
  assert.deepEqual(refused('hop-limit'), [
    `${name}=1.3.6.1.2.1.207.0.2 1.3.6.1.2.1.207.1.2.5.1.6.3.51.1=1`,
  ]);
  assert.deepEqual(refused('own-source'), []);
});
