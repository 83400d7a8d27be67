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
