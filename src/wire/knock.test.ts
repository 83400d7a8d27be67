import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpv4, parseMac } from '../base/address.ts';
import { addWords, isIntact, pseudoHeaderSum } from './ip.ts';
import { decodeKnockAnswer, type Knock, knockFrame } from './knock.ts';

function end(mac: string, address: string, port: number) {
  const [parsed, own] = [parseIpv4(address), parseMac(mac)];
  assert.ok(parsed !== undefined && own !== undefined);
  return { mac: own, address: parsed, port };
}

const knock: Knock = {
  from: end('02:00:00:00:11:01', '10.11.0.1', 40_000),
  to: end('02:00:00:00:11:03', '10.11.0.100', 80),
  sequence: 7,
};
/** As the other end would answer: the same frame with the ends swapped and other flags. */
const answer = (flags: number): Uint8Array => {
  const frame = knockFrame({ ...knock, from: knock.to, to: knock.from });
  frame[14 + 20 + 13] = flags;
  frame[14 + 20 + 11] = 8;
  return frame;
};

test('a knock is a segment with intact checksums', () => {
  const frame = knockFrame(knock);
  assert.equal(frame.length, 54);
  assert.ok(isIntact(addWords(0, frame, 14, 34)));
  const ends = { source: knock.from.address, destination: knock.to.address };
  assert.ok(
    isIntact(addWords(pseudoHeaderSum({ ...ends, protocol: 6, length: 20 }), frame, 34, 54)),
  );
  assert.equal(Buffer.from(frame).toString('hex', 0, 14), '0200000011030200000011010800');
  assert.equal(frame[34 + 13], 2);
});

test('an answer is one of acceptance or refusal between the same two ends', () => {
  assert.deepEqual(decodeKnockAnswer(answer(0x12), knock), { kind: 'accepted', acknowledged: 8 });
  assert.deepEqual(decodeKnockAnswer(answer(0x14), knock), { kind: 'refused' });
  assert.equal(decodeKnockAnswer(answer(0x10), knock), undefined);
  assert.equal(decodeKnockAnswer(knockFrame(knock), knock), undefined);
  const other = { ...knock, to: { ...knock.to, port: 81 } };
  assert.equal(decodeKnockAnswer(answer(0x12), other), undefined);
  for (let length = 0; length < 54; length += 1) {
    assert.equal(decodeKnockAnswer(answer(0x12).subarray(0, length), knock), undefined);
  }
});
