import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import type { LinkIndex, WantedAddress } from '../../ports.ts';
import { encodeAddress } from '../../wire/rtnetlink.ts';
import { AddressPayloads } from './address-payloads.ts';
import { wantedMessage } from './values.ts';

function wanted(text: string): WantedAddress {
  const address = parseAddress(text);
  assert.ok(address !== undefined);
  const rest = { label: undefined, broadcast: undefined, peer: undefined, flags: [] };
  const ends = { lifetime: 16, preferred: undefined };
  return { link: 3 as LinkIndex, address, prefix: 32, scope: 'global', ...rest, ...ends };
}

test('what was made ahead of need is what would be made when it is needed', () => {
  const payloads = new AddressPayloads();
  const [one, six, late] = [wanted('10.0.0.1'), wanted('fd00::1'), wanted('10.0.0.2')];
  payloads.prepare([one, six]);
  const before = payloads.of(one);
  payloads.prepare([one, late]);
  assert.equal(payloads.of(one), before, 'and is made once');
  assert.equal(payloads.of(late), payloads.of(late));
  for (const each of [one, six, late, wanted('10.0.0.1')]) {
    assert.deepEqual(payloads.of(each), encodeAddress(wantedMessage(each)));
  }
});
