import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodePdu, HEADER_LENGTH } from './agentx.ts';
import { decodePdu, frameLength } from './agentx-decode.ts';
import { compareOids, type Oid, parseOid, type SnmpValue } from './agentx-values.ts';

const ids = { session: 7, transaction: 8, packet: 9 };
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const plain = { noNullPrototype: true } as const;
const oid = fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 12 });
const anyOid = fc.oneof(
  oid,
  oid.map((rest): Oid => [1, 3, 6, 1, ...rest]),
);

test('an opening as RFC 2741 6.2.1 has it', () => {
  const pdu = encodePdu({ kind: 'open', ...ids, description: 'abcde' });
  assert.deepEqual(
    pdu,
    bytes(`01 01 10 00  00000007 00000008 00000009 00000014
           00000000  00 00 00 00  00000005 6162636465 000000`),
  );
});

test('1.3.6.1 is left out of a name where one number after it fits into a byte (5.1)', () => {
  const pdu = encodePdu({
    ...{ kind: 'register', ...ids, priority: 127, timeout: 5 },
    subtree: parseOid('.1.3.6.1.2.1.68'),
  });
  assert.deepEqual(pdu.slice(HEADER_LENGTH), bytes('05 7f 00 00  02 02 00 00 00000001 00000044'));
});

/** What a master sends, in its byte order. */
function fromMaster(type: number, isSwapped: boolean, words: readonly number[]): Uint8Array {
  const message = new DataView(new ArrayBuffer(HEADER_LENGTH + 4 * words.length));
  [1, type, isSwapped ? 0 : 0x10, 0].forEach((byte, at) => {
    message.setUint8(at, byte);
  });
  [7, 8, 9, 4 * words.length].forEach((word, at) => {
    message.setUint32(4 + 4 * at, word, isSwapped);
  });
  words.forEach((word, at) => {
    message.setUint32(HEADER_LENGTH + 4 * at, word, isSwapped);
  });
  return new Uint8Array(message.buffer);
}

test('questions are read in either byte order', () => {
  for (const isSwapped of [false, true]) {
    // 1.3.6.1.2.1 included, up to 1.3.6.1.2.2: the first word of a name is four bytes, in no order.
    const words = [0x01020100, 1, 0x01020000, 2];
    const question = fromMaster(6, isSwapped, words);
    const view = new DataView(question.buffer);
    view.setUint32(HEADER_LENGTH, words[0] ?? 0);
    view.setUint32(HEADER_LENGTH + 8, words[2] ?? 0);
    const decoded = decodePdu(question);
    assert.deepEqual(decoded, {
      ok: true,
      value: {
        ...{ kind: 'get-next', ...ids },
        ranges: [{ start: [1, 3, 6, 1, 2, 1], include: true, end: [1, 3, 6, 1, 2, 2] }],
      },
    });
    assert.deepEqual(frameLength(question), { ok: true, value: question.length });
  }
});

test('every value comes back as it was sent', () => {
  const values = fc.oneof<fc.Arbitrary<SnmpValue>[]>(
    fc.record({ kind: fc.constant('integer' as const), value: fc.integer() }, plain),
    fc.record(
      {
        kind: fc.constantFrom('counter' as const, 'gauge' as const, 'ticks' as const),
        value: fc.integer({ min: 0, max: 0xffff_ffff }),
      },
      plain,
    ),
    fc.record(
      {
        kind: fc.constant('counter64' as const),
        value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      },
      plain,
    ),
    fc.record(
      {
        kind: fc.constantFrom('string' as const, 'address' as const, 'opaque' as const),
        value: fc.uint8Array({ maxLength: 40 }),
      },
      plain,
    ),
    fc.record({ kind: fc.constant('oid' as const), value: anyOid }, plain),
    fc.record(
      {
        kind: fc.constantFrom('null' as const, 'no-such-object' as const, 'end-of-view' as const),
      },
      plain,
    ),
  );
  const varbinds = fc.array(fc.record({ oid: anyOid, value: values }, plain), { maxLength: 5 });
  fc.assert(
    fc.property(varbinds, (sent) => {
      const pdu = encodePdu({ kind: 'notify', ...ids, varbinds: sent });
      // The two have their variables in the same form.
      pdu[1] = 8;
      assert.deepEqual(decodePdu(pdu), {
        ok: true,
        value: { kind: 'test-set', ...ids, varbinds: sent },
      });
    }),
  );
});

test('nothing that can come breaks the reader', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.uint8Array({ maxLength: 200 }),
      (type, noise) => {
        const message = Uint8Array.from([1, type, 0x10, 0, ...noise]);
        const length = frameLength(message);
        if (length?.ok !== false) decodePdu(message);
      },
    ),
  );
  assert.equal(frameLength(fromMaster(18, false, []).slice(0, 19)), undefined);
  assert.equal(frameLength(Uint8Array.from({ length: 20 }, () => 2))?.ok, false);
  assert.equal(decodePdu(fromMaster(5, false, [0x0a020000, 1])).ok, false);
});

test('names stand in the order of a walk', () => {
  assert.ok(compareOids([1, 3], [1, 3, 0]) < 0);
  assert.ok(compareOids([1, 10], [1, 9, 5]) > 0);
  assert.equal(compareOids([1, 2], [1, 2]), 0);
});
