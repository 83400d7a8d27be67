import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PayloadCache } from './payload-cache.ts';

test('whatever was heard before, the bytes are those that are there', () => {
  const payload = fc.uint8Array({ maxLength: 160 });
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 40 }), fc.nat(20), (payloads, offset) => {
      const cache = new PayloadCache();
      const buffer = new Uint8Array(256);
      for (const each of [...payloads, ...payloads]) {
        buffer.set(each, offset);
        const got = cache.payloadAt(buffer, offset, offset + each.length);
        buffer.fill(0xee);
        assert.deepEqual(got, each);
      }
    }),
  );
});

test('what is said again is the same', () => {
  const cache = new PayloadCache();
  const buffer = Uint8Array.from([0, 0x21, 1, 200, 1, 0, 1, 9, 9]);
  const first = cache.payloadAt(buffer, 1, 9);
  assert.equal(cache.payloadAt(buffer.slice(1), 0, 8), first);
  assert.notEqual(cache.payloadAt(buffer, 1, 8), first);
});
