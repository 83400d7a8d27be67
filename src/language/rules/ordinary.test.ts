/** A service with one odd server among many plain ones is told of, wherever that server stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';

const plain = Array.from({ length: 12 }, (_, at) => server(`10.0.0.${at + 95}`));

function server(address: string, lines = ''): string {
  return `real_server ${address} 80 {\n${lines}\nTCP_CHECK {\n}\n}\n`;
}

function codes(servers: readonly string[], method = 'NAT'): readonly string[] {
  const text = `virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind ${method}\nprotocol TCP\n${servers.join('')}}\n`;
  return readText(text).diagnostics.map(({ code }) => code);
}

const odd = {
  'lvs.thresholds-crossed': server('10.0.0.200', 'lthreshold 5'),
  'lvs.masquerade-needs-nftables': server('10.0.0.200', 'masquerade true'),
  'lvs.family-of-server': server('2001:db8::1'),
  'lvs.server-repeated': server('10.0.0.99'),
  'lvs.direct-routing-servers': server('10.0.0.200', 'lvs_method DR'),
  'script.security-off': server('10.0.0.200', 'notify_up /bin/true'),
  'lvs.check-incomplete': server('10.0.0.200', 'MISC_CHECK {\n}'),
  'lvs.check-source-family': server('10.0.0.200', 'TCP_CHECK {\nbindto 2001:db8::9\n}'),
};

test('nothing is told of plain servers in any order', () => {
  assert.deepEqual(codes(plain), []);
  assert.deepEqual(codes(plain.toReversed()), []);
  assert.deepEqual(codes([...plain.slice(6), ...plain.slice(0, 6)]), []);
});

test('one odd server is told of, at the beginning, in the middle and at the end', () => {
  for (const [code, one] of Object.entries(odd)) {
    for (const at of [0, 6, plain.length]) {
      assert.deepEqual(codes(plain.toSpliced(at, 0, one)), [code], `${code} at ${at}`);
    }
  }
});

test('servers of another family than their service are told of although they are alike', () => {
  const six = ['2001:db8::1', '2001:db8::2'].map((address) => server(address));
  assert.deepEqual(codes(six), ['lvs.family-of-server']);
  assert.deepEqual(codes(six, 'TUN'), []);
  assert.deepEqual(codes(plain, 'DR'), ['lvs.direct-routing-servers']);
  const near = codes(['fe80::1', 'fe80::2'].map((address) => server(address)));
  assert.equal(near.filter((code) => code === 'lvs.check-link-local').length, 2);
});
