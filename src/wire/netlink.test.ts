import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeAcknowledgement,
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  encodePayload,
  NLMSG_ERROR,
  textAttribute,
  textOf,
  uint32Attribute,
} from './netlink.ts';

const message = fc.record({
  type: fc.nat(0xffff),
  flags: fc.nat(0xffff),
  sequence: fc.nat(0xffff_ffff),
  portId: fc.nat(0xffff_ffff),
  payload: fc.uint8Array({ maxLength: 40 }),
});
const attribute = fc.record({
  type: fc.nat(0x3fff),
  value: fc.uint8Array({ maxLength: 40 }),
});

describe('netlink messages', () => {
  it('come back as they were encoded, many in one datagram', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
        const datagram = joined(messages.map(encodeMessage));
        assert.deepEqual(plain(decodeMessages(datagram)), plain(messages));
      }),
    );
  });

  it('decode any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const one of decodeMessages(bytes)) decodeAcknowledgement(one);
        decodeAcknowledgement({
          type: NLMSG_ERROR,
          flags: 0x300,
          sequence: 0,
          portId: 0,
          payload: bytes,
        });
      }),
    );
  });

  it('end at a message that is longer than what is left', () => {
    const whole = encodeMessage({
      type: 16,
      flags: 0,
      sequence: 1,
      portId: 0,
      payload: bytes('00'),
    });
    assert.equal(decodeMessages(joined([whole, whole.subarray(0, 16)])).length, 1);
    assert.equal(decodeMessages(bytes('0000000010000000000000000000000000')).length, 0);
  });
});

describe('netlink attributes', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), (attributes) => {
        const payload = encodePayload(new Uint8Array(8), attributes);
        assert.deepEqual(plain(decodeAttributes(payload.subarray(8))), plain(attributes));
      }),
    );
  });

  it('carry numbers in host order and text with its end', () => {
    assert.deepEqual(uint32Attribute(7, 0x01020304).value, bytes('04030201'));
    assert.equal(textOf(textAttribute(3, 'eth0').value), 'eth0');
    assert.deepEqual(textAttribute(3, 'eth0').value, bytes('6574683000'));
  });
});

describe('acknowledgements', () => {
  it('tell the errno and the words of the kernel', () => {
    // NLMSG_ERROR for sequence 7: -19, the capped request header, NLMSGERR_ATTR_MSG.
    const payload = bytes(
      'edffffff' +
        '1c000000' +
        '14000506' +
        '07000000' +
        '00000000' +
        '0b000100' +
        '4e6f20646576' +
        '0000',
    );
    const answer = decodeAcknowledgement({
      type: NLMSG_ERROR,
      flags: 0x300,
      sequence: 7,
      portId: 9,
      payload,
    });
    assert.deepEqual(answer, { sequence: 7, errno: 19, detail: 'No dev' });
  });

  it('tell success, and no words where there are none', () => {
    const payload = bytes('00000000' + '1c000000' + '14000506' + '08000000' + '00000000');
    const answer = decodeAcknowledgement({
      type: NLMSG_ERROR,
      flags: 0x100,
      sequence: 8,
      portId: 9,
      payload,
    });
    assert.deepEqual(answer, { sequence: 8, errno: 0, detail: '' });
  });

  it('are nothing when they are too short', () => {
    const payload = bytes('00000000');
    assert.equal(
      decodeAcknowledgement({ type: NLMSG_ERROR, flags: 0, sequence: 8, portId: 9, payload }),
      undefined,
    );
  });
});

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** Views compare by what they hold. */
function plain(value: readonly object[]): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? [...part] : part)),
  );
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
