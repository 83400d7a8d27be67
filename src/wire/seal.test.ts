/** Vectors that were worked out by another program from the description alone. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type Address, parseAddress } from '../base/address.ts';
import { encodeSeal, findSeal, isLater, isTag, sealedBytes, withSeal } from './seal.ts';

const ascending = Array.from({ length: 32 }, (_, at) => at);
const descending = Array.from({ length: 64 }, (_, at) => 64 - at);

const vectors = [
  {
    form: 'version 3 over IPv4',
    ...{ source: '192.0.2.7', key: ascending, keyId: 1 },
    ...{ seconds: 1_800_000_000, fraction: 0, count: 0 },
    message: '313396010064d3cec0000201',
    trailer: '010100006b49d20000000000e1697e37611eaebfad98fb28371416a8',
  },
  {
    form: 'version 2 over IPv4, the longest key, everything at its end',
    ...{ source: '192.0.2.7', key: descending, keyId: 255 },
    ...{ seconds: 0xffff_ffff, fraction: 0xffff, count: 0xffff },
    message: '21339601000186c8c00002010000000000000000',
    trailer: '01ff0000ffffffffffffffff233fbe7f42035b945983cb082284d53c',
  },
  {
    form: 'version 3 over IPv6',
    ...{ source: 'fe80::7', key: ascending, keyId: 2 },
    ...{ seconds: 1_800_000_000, fraction: 32_768, count: 7 },
    message: '3133960100643b28fe800000000000000000000000000099',
    trailer: '010200006b49d200800000078da8dc8cd53dbd091c9670016238600d',
  },
] as const;

for (const { form, source, key, keyId, seconds, fraction, count, ...hex } of vectors) {
  test(form, () => {
    const from = parseAddress(source) as Address;
    const message = Uint8Array.from(Buffer.from(hex.message, 'hex'));
    const sequence = { keyId, seconds, fraction, count };
    const seal = encodeSeal(sequence);
    const mac = createHmac('sha256', Uint8Array.from(key))
      .update(sealedBytes(message, from, seal))
      .digest();
    const signed = withSeal(message, seal, mac);
    assert.equal(Buffer.from(signed).toString('hex'), `${hex.message}${hex.trailer}`);
    const found = findSeal(signed, message.length);
    assert.deepEqual(found.kind === 'seal' ? found.seal : found, sequence);
    assert.ok(found.kind === 'seal' && isTag(found.bytes, mac));
    // A padded frame, or a form of an earlier length.
    assert.equal(findSeal(signed.subarray(0, -1), message.length).kind, 'malformed');
    assert.equal(findSeal(message, message.length).kind, 'none');
  });
}

test('the sequence goes on over the end of its seconds, its fractions and its counter', () => {
  const sequence = (seconds: number, fraction = 0, count = 0) => ({ seconds, fraction, count });
  assert.ok(isLater(sequence(0), sequence(0xffff_ffff, 0xffff, 0xffff)));
  assert.ok(!isLater(sequence(0xffff_ffff), sequence(0)));
  assert.ok(isLater(sequence(5, 1), sequence(5, 0, 0xffff)));
  assert.ok(isLater(sequence(5, 1, 2), sequence(5, 1, 1)));
  assert.ok(!isLater(sequence(5, 1, 1), sequence(5, 1, 1)));
});
