import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, type Wanted } from './matching.ts';

const running = {
  name: 'haproxy',
  commandLine: ['/usr/sbin/haproxy', '-f', '/etc/haproxy.cfg', '-D'],
};

function matched(program: string, more: Partial<Wanted> = {}): boolean {
  return matches({ program, fullCommand: false, parameters: undefined, ...more }, running);
}

test('by name, of a path too; by the whole command when that is asked for', () => {
  assert.equal(matched('haproxy'), true);
  assert.equal(matched('/opt/other/haproxy'), true);
  assert.equal(matched('haprox'), false);
  assert.equal(matched('haproxy', { fullCommand: true }), false);
  assert.equal(matched('/usr/sbin/haproxy', { fullCommand: true }), true);
  const long = { name: 'a-name-of-sevent', commandLine: [] };
  const wanted = { program: 'a-name-of-sevent', fullCommand: false, parameters: undefined };
  assert.equal(matches(wanted, { ...long, name: 'a-name-of-seven' }), true);
});

test('parameters: all of them, the first ones, or the last one as a beginning', () => {
  const with_ = (match: 'exact' | 'partial' | 'initial', ...words: string[]): boolean =>
    matched('haproxy', { parameters: { words, match } });
  assert.equal(with_('exact', '-f', '/etc/haproxy.cfg', '-D'), true);
  assert.equal(with_('exact', '-f', '/etc/haproxy.cfg'), false);
  assert.equal(with_('exact'), false);
  assert.equal(with_('partial', '-f', '/etc/haproxy.cfg'), true);
  assert.equal(with_('partial', '-f', '/etc/haproxy'), false);
  assert.equal(with_('initial', '-f', '/etc/hap'), true);
  assert.equal(with_('initial', '-', '/etc/haproxy.cfg'), false);
  assert.equal(with_('initial', '-f', '/etc/haproxy.cfg', '-D', '-x'), false);
});
