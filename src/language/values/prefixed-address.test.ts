/** Prefix lengths that are damaged cost no address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';

function held(lines: string) {
  const { model, diagnostics } = readText(
    `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n${lines}\n}\n}\n`,
  );
  return {
    addresses: model.vrrp_instance[0]?.virtual_ipaddress.map(
      ({ address, prefix }) => `${address}/${prefix}`,
    ),
    codes: diagnostics.map(({ code }) => code),
  };
}

test('a prefix length that does not exist makes it a host address, as keepalived has it', () => {
  assert.deepEqual(held('192.0.2.1/33'), {
    addresses: ['192.0.2.1/32'],
    codes: ['language.out-of-range'],
  });
  assert.deepEqual(held('2001:db8::1/129').addresses, ['2001:db8::1/128']);
});

test('what is no prefix length makes it a host address', () => {
  for (const text of ['192.0.2.1/', '192.0.2.1/x', '192.0.2.1/-1', '192.0.2.1//24']) {
    assert.deepEqual(held(text), {
      addresses: ['192.0.2.1/32'],
      codes: ['language.not-a-number'],
    });
  }
  assert.deepEqual(held('192.0.2.1/+24'), { addresses: ['192.0.2.1/24'], codes: [] });
});

test('an address behind an unknown word is no address of its own', () => {
  for (const text of ['192.0.2.1/24 netmask 255.255.255.0', '192.0.2.1/24 via 192.0.2.9']) {
    assert.deepEqual(held(text), { addresses: ['192.0.2.1/24'], codes: ['language.unknown-word'] });
  }
});

test('a comma behind it is no part of it', () => {
  assert.deepEqual(held('192.0.2.1/24, 192.0.2.2/24,'), {
    addresses: ['192.0.2.1/24', '192.0.2.2/24'],
    codes: ['language.number-with-text', 'language.joined-entries', 'language.number-with-text'],
  });
});

test('what is no address stays none', () => {
  assert.deepEqual(held('192.0.2.300/24').addresses, []);
  assert.deepEqual(held('192.0.2./24').addresses, []);
});
