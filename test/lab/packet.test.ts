import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPacket } from './packet.ts';

/** As they pass a bridge. */
const frames = {
  version2:
    '01005e000012 020000001101 0800 45c000280001000 0ff70cf0f0a0b0001e0000012 2133c80100018a4b0a0b006400000000 00000000',
  gratuitous:
    'ffffffffffff 020000001101 0806 0001080006040001 020000001101 0a0b0064 ffffffffffff 0a0b0064',
  question:
    'ffffffffffff 020000001101 0806 0001080006040001 020000001101 0a0b0001 000000000000 0a0b0002',
  neighbour:
    '333300000001 020000001101 86dd 6000000000203aff fd000011000000000000000000000100 ff020000000000000000000000000001 8800000020000000 fd000011000000000000000000000100 0201020000001101',
};

function frame(name: keyof typeof frames): Buffer {
  return Buffer.from(frames[name].replaceAll(' ', ''), 'hex');
}

test('an advertisement of version 2', () => {
  assert.deepEqual(readPacket(frame('version2')), {
    kind: 'advertisement',
    family: 4,
    source: '10.11.0.1',
    destination: '224.0.0.18',
    hopLimit: 255,
    version: 2,
    routerId: 51,
    priority: 200,
    interval: 1000,
  });
});

test('announcements of both families, and a question that is none', () => {
  const mac = '02:00:00:00:11:01';
  const [four, six] = [readPacket(frame('gratuitous')), readPacket(frame('neighbour'))];
  assert.deepEqual(four, { kind: 'announcement', family: 4, address: '10.11.0.100', mac });
  assert.deepEqual(six, { kind: 'announcement', family: 6, address: 'fd00:11::100', mac });
  assert.equal(readPacket(frame('question')), undefined);
});

test('an answer to a question is not an announcement', () => {
  const solicited = frame('neighbour');
  solicited.writeUInt8(0x60, 14 + 40 + 4);
  assert.equal(readPacket(solicited), undefined);
});

test('a frame that ends anywhere says nothing, or what its first part says', () => {
  for (const name of Object.keys(frames) as (keyof typeof frames)[]) {
    const whole = frame(name);
    for (let length = 0; length < whole.length; length += 1) readPacket(whole.subarray(0, length));
  }
});
