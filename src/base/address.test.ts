import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Address,
  addressAt,
  addressBytes,
  addressFromBytes,
  addressLength,
  compareAddresses,
  familyOf,
  isLinkLocal,
  isMulticast,
  macAt,
  macBytes,
  macFromBytes,
  parseAddress,
  parseIpv4,
  parseIpv6,
  parseMac,
  writeAddress,
  writeMac,
} from './address.ts';

const bytes4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** Half of the bytes are zero, so that runs of zero groups are common. */
const bytes16 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 16, maxLength: 16 })
  .map((bytes) => Uint8Array.from(bytes));
/** Any UTF-16 at all, lone surrogates included. */
const texts = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
const bytes6 = fc.uint8Array({ minLength: 6, maxLength: 6 });
const addresses = fc.oneof(bytes4, bytes16).map(fromBytes);

function fromBytes(bytes: Uint8Array): Address {
  const address = addressFromBytes(bytes);
  assert.ok(address !== undefined);
  return address;
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

test('IPv6 text takes the canonical form of RFC 5952', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AbCd', '2001:db8::abcd'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ];
  for (const [text, canonical] of cases) assert.equal(parseAddress(text), canonical, text);
});

test('what is no address is refused', () => {
  const texts = [
    ...[
      '',
      ' ',
      '.',
      ':',
      '1',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '01.2.3.4',
      '1.2.3.4 ',
      ' 1.2.3.4',
    ],
    ...[
      '1.2.3.',
      '1..2.3',
      '1.2.3.-4',
      '1.2.3.4/24',
      '0x1.2.3.4',
      '1.2.3.1e1',
      '١.2.3.4',
      '1.2.3.4\n',
    ],
    ...[
      ':::',
      '1:::2',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4::5:6:7:8',
      ':1::',
      '::1:',
    ],
    ...[
      '12345::',
      'g::',
      '::1%eth0',
      'fe80::1/64',
      '1.2.3.4::',
      '::1.2.3',
      '::1.2.3.4:5',
      '1:2:3:4:5:6:7:1.2.3.4',
    ],
    ...['::1.2.3.400', '[::1]', '::1 ', '1:2:3:4:5:6:7:8::', '::1\n'],
  ];
  for (const text of texts) assert.equal(parseAddress(text), undefined, JSON.stringify(text));
});

test('parseAddress agrees with the platform on what an address is', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'0123456789abcF::..'), maxLength: 24 });
  const mutated = fc.tuple(addresses, fc.nat(40), fc.constantFrom('', ':', '.', '0', '::', 'f'));
  const spellings = fc.oneof(
    letters,
    mutated.map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
  );
  fc.assert(
    fc.property(spellings, (text) => {
      const families = { 4: 'ipv4', 6: 'ipv6' } as const;
      const version = isIP(text);
      const expected = version === 4 || version === 6 ? families[version] : undefined;
      const parsed = parseAddress(text);
      assert.equal(parsed === undefined ? undefined : familyOf(parsed), expected, text);
    }),
    { numRuns: 2000 },
  );
});

test('no text throws, and a parsed address is canonical', () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const parse of [parseAddress, parseIpv4, parseIpv6, parseMac]) {
        const parsed = parse(text);
        if (parsed !== undefined) assert.equal(parse(parsed), parsed);
      }
    }),
  );
});

test('bytes become an address and the same bytes again', () => {
  fc.assert(
    fc.property(fc.oneof(bytes4, bytes16), (bytes) => {
      const text = fromBytes(bytes);
      assert.deepEqual(addressBytes(text), bytes);
      assert.equal(parseAddress(text), text);
    }),
  );
});

test('the canonical text is that of the URL parser, which follows RFC 5952 too', () => {
  fc.assert(
    fc.property(bytes16.map(fromBytes), (text) => {
      assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
    }),
  );
});

test('an address is written in place and its neighbours stay', () => {
  fc.assert(
    fc.property(addresses, (text) => {
      const length = addressLength(familyOf(text));
      const room = new Uint8Array(length + 2).fill(0x55);
      writeAddress(room, 1, text);
      assert.equal(addressAt(room, 1, familyOf(text)), text);
      assert.deepEqual([room[0], room[length + 1]], [0x55, 0x55]);
    }),
  );
});

test('other lengths are no address', () => {
  for (const length of [0, 3, 5, 6, 15, 17]) {
    assert.equal(addressFromBytes(new Uint8Array(length)), undefined);
  }
  for (const length of [0, 5, 7]) assert.equal(macFromBytes(new Uint8Array(length)), undefined);
});

test('compareAddresses orders as unsigned integers in network order', () => {
  assert.ok(compareAddresses(address('10.0.0.9'), address('10.0.0.10')) < 0);
  assert.ok(compareAddresses(address('200.0.0.1'), address('100.0.0.1')) > 0);
  assert.ok(compareAddresses(address('fe80::2'), address('fe80::10')) < 0);
  assert.ok(compareAddresses(address('fe80::1'), address('2001:db8::1')) > 0);
  for (const bytes of [bytes4, bytes16]) {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const sign = Math.sign(compareAddresses(fromBytes(one), fromBytes(other)));
        assert.equal(sign, Math.sign(Buffer.compare(one, other)));
      }),
    );
  }
});

test('scopes by their prefixes', () => {
  const cases: readonly (readonly [string, boolean, boolean])[] = [
    ['223.255.255.255', false, false],
    ['224.0.0.0', true, false],
    ['239.255.255.255', true, false],
    ['240.0.0.0', false, false],
    ['169.254.3.4', false, true],
    ['169.253.3.4', false, false],
    ['ff02::12', true, false],
    ['fe00::', false, false],
    ['fe80::1', false, true],
    ['febf::1', false, true],
    ['fec0::1', false, false],
  ];
  for (const [text, multicast, linkLocal] of cases) {
    assert.deepEqual(
      [isMulticast(address(text)), isLinkLocal(address(text))],
      [multicast, linkLocal],
    );
  }
});

test('link-layer addresses: text, bytes and back', () => {
  assert.equal(parseMac('0:1A:2b:3:FF:05'), '00:1a:2b:03:ff:05');
  for (const text of [
    '',
    '00:11:22:33:44',
    '00:11:22:33:44:55:66',
    '00-11-22-33-44-55',
    '00:11:22:33:44:5g',
    '00:11:22:33:44:055',
  ]) {
    assert.equal(parseMac(text), undefined, text);
  }
  fc.assert(
    fc.property(bytes6, (bytes) => {
      const mac = macFromBytes(bytes);
      assert.ok(mac !== undefined);
      assert.equal(parseMac(mac), mac);
      assert.equal(parseMac(mac.toUpperCase()), mac);
      assert.deepEqual(macBytes(mac), bytes);
      const room = new Uint8Array(8).fill(0x55);
      writeMac(room, 1, mac);
      assert.equal(macAt(room, 1), mac);
      assert.deepEqual([room[0], room[7]], [0x55, 0x55]);
    }),
  );
});
