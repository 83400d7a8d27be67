import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteAt, uint16At, uint32At, utf8Bytes, writeUint16, writeUint32 } from './bytes.ts';

test('reads are big-endian', () => {
  const bytes = Uint8Array.of(0x00, 0xfe, 0xdc, 0xba, 0x98);
  assert.equal(byteAt(bytes, 1), 0xfe);
  assert.equal(uint16At(bytes, 1), 0xfedc);
  assert.equal(uint32At(bytes, 1), 0xfedcba98);
});

test('a byte past the end reads as 0', () => {
  const bytes = Uint8Array.of(0xab);
  assert.equal(byteAt(bytes, 1), 0);
  assert.equal(uint16At(bytes, 0), 0xab00);
  assert.equal(uint32At(bytes, 0), 0xab000000);
});

test('what was written is read back and its neighbours stay', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.integer({ min: 0, max: 0xffffffff }), (short, long) => {
      const bytes = new Uint8Array(10).fill(0x55);
      writeUint16(bytes, 1, short);
      writeUint32(bytes, 4, long);
      assert.equal(uint16At(bytes, 1), short);
      assert.equal(uint32At(bytes, 4), long);
      assert.deepEqual([bytes[0], bytes[3], bytes[8], bytes[9]], [0x55, 0x55, 0x55, 0x55]);
    }),
  );
});

test('writes keep the low bits only', () => {
  const bytes = new Uint8Array(4);
  writeUint16(bytes, 0, 0x12345);
  writeUint16(bytes, 2, -1);
  assert.deepEqual([...bytes], [0x23, 0x45, 0xff, 0xff]);
});

test('utf8Bytes is what TextEncoder makes of every string, broken surrogates included', () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff)), (units) => {
      const text = String.fromCharCode(...units);
      assert.deepEqual(utf8Bytes(text), encoder.encode(text));
    }),
  );
  for (const text of [
    '\ud800',
    'a\udc00b',
    '\ud83d\ude00',
    '\ude00\ud83d',
    'é€',
    '\x7f\x80\u07ff\u0800\uffff',
    '\udfff',
    '\u{10000}\u{10ffff}',
    '\u{40000}',
  ]) {
    assert.deepEqual(utf8Bytes(text), encoder.encode(text));
  }
});
