import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseMac } from '../base/address.ts';
import {
  encodeGroupGone,
  encodeLinkGone,
  encodeLinkGroup,
  encodeLinkUp,
  encodeNewLink,
} from './link.ts';

const mac = parseMac('00:00:5e:00:01:33');
assert.ok(mac !== undefined);
const macvlan = { kind: 'macvlan', mac } as const;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const info = `${'1c001200'}${'0c000100'}6d6163766c616e00${'0c000200'}${'0800010002000000'}`;
const address = '0a00010000005e0001330000';

it('a macvlan is asked for by name, interface below, MAC and mode', () => {
  const link = { name: 'vrrp.51', parent: 2, device: macvlan, mtu: 1500 };
  const bytes = encodeNewLink({ ...link, group: undefined, master: undefined });
  const name = '0c000300767272702e353100';
  const below = '0800050002000000';
  const mtu = '08000400dc050000';
  assert.equal(hex(bytes), '00'.repeat(16) + name + below + mtu + address + info);
});

it('group and master are named where there are any', () => {
  const link = { name: 'a', parent: 2, device: macvlan, mtu: 1500, group: 7, master: 9 };
  const text = hex(encodeNewLink(link));
  assert.match(text, /08001b0007000000/);
  assert.match(text, /08000a0009000000/);
});

it('an ipvlan has its mode and flags instead of a MAC', () => {
  const device = { kind: 'ipvlan', mode: 'vepa' } as const;
  const link = { name: 'i', parent: 2, device, mtu: 1500, group: undefined, master: undefined };
  const kind = '0b0001006970766c616e0000';
  const data = `14000200${'0600010000000000'}${'0600020002000000'}`;
  const text = hex(encodeNewLink(link));
  assert.ok(text.endsWith(`24001200${kind}${data}`), text);
});

it('one that is there is set up with its address and mode', () => {
  const flags = '00000000' + '05000000' + '01000000' + '01000000';
  assert.equal(hex(encodeLinkUp(5, macvlan)), flags + address + info);
});

it('many that are to go are put into a group, which goes whole', () => {
  const group = '08001b0007000000';
  assert.equal(hex(encodeLinkGroup(5, 7)), `0000000005000000${'00'.repeat(8)}${group}`);
  assert.equal(hex(encodeGroupGone(7)), '00'.repeat(16) + group);
});

it('one that is to go is named by its index', () => {
  assert.equal(hex(encodeLinkGone(5)), `0000000005000000${'00'.repeat(8)}`);
});
