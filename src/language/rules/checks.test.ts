/** Rules of checks: what they say, and where. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { readText } from '../read-text.ts';

const checked = (check: string): string =>
  `virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.0.0.20 80 {\n${check}\n}\n}\n`;

test('an expression that cannot be carried over is told with its place, its reason and its cure', () => {
  const textOf = (regex: string) => checked(`HTTP_GET {\nurl {\nregex "${regex}"\n}\n}`);
  const told = (regex: string): readonly Diagnostic[] => readText(textOf(regex)).diagnostics;
  assert.deepEqual(told('status: *(ok|up)++$'), []);
  const expression = '(?P<item>ok)(?P>item)';
  const [found, ...more] = told(expression);
  assert.deepEqual([found?.code, more.length], ['lvs.expression-unreadable', 0]);
  assert.match(found?.message ?? '', /\(\?P>item\) has another part .* never succeeds\)?/);
  assert.match(found?.help ?? '', /^write that part out/);
  const { start, end } = found?.span ?? {};
  assert.equal(textOf(expression).slice(start, end), `"${expression}"`);
  assert.match(told('(ok')[0]?.message ?? '', /Unterminated group/);
});

const codes = (check: string): readonly string[] =>
  readText(checked(check)).diagnostics.map(({ code }) => code);

test('what a check looks at, and from where', () => {
  assert.deepEqual(codes('TCP_CHECK {\nbindto 10.0.0.9\n}'), []);
  assert.deepEqual(codes('TCP_CHECK {\nbindto 2001:db8::9\nconnect_ip 2001:db8::20\n}'), []);
  for (const kind of ['TCP_CHECK', 'PING_CHECK', 'PGSQL_CHECK', 'SMTP_CHECK']) {
    const foreign = codes(`${kind} {\nbindto 2001:db8::9\n}`);
    assert.deepEqual(foreign, ['lvs.check-source-family'], kind);
  }
  assert.deepEqual(codes('TCP_CHECK {\nconnect_ip fe80::1\n}'), ['lvs.check-link-local']);
  assert.deepEqual(codes('TCP_CHECK {\nconnect_ip fe80::1\nbind_if eth0\n}'), []);
});

test('names, lengths and offsets that cannot be', () => {
  const label = 'a'.repeat(63);
  for (const good of ['.', 'org.', 'www.example.org', `${label}.${label}.${label}`, '_a.-b']) {
    assert.deepEqual(codes(`DNS_CHECK {\nname ${good}\n}`), [], good);
  }
  for (const wrong of ['a..b', '.a', `${label}a.org`, 'a.'.repeat(128)]) {
    assert.deepEqual(codes(`DNS_CHECK {\nname ${wrong}\n}`), ['lvs.domain-name-unusable'], wrong);
  }
  assert.deepEqual(codes('UDP_CHECK {\nmin_reply_length 9\nmax_reply_length 3\n}'), []);
  assert.deepEqual(codes('HTTP_GET {\nurl {\nregex "a"\nregex_min_offset 3\n}\n}'), []);
  assert.deepEqual(codes('HTTP_GET {\nurl {\nregex_min_offset 3\n}\n}'), [
    'lvs.expression-missing',
  ]);
});
