/** keepalived's command line, as getopt reads it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readClassicLine } from './getopt.ts';

function read(...words: readonly string[]): Record<string, string> | string {
  const line = readClassicLine(words);
  if (!line.ok) return line.error;
  return { ...Object.fromEntries(line.value.options), rest: line.value.rest.join(' ') };
}

test('clusters, glued and separate arguments', () => {
  assert.deepEqual(read('-nlDf', '/a', '-p/b'), {
    'dont-fork': '',
    'log-console': '',
    'log-detail': '',
    'use-file': '/a',
    pid: '/b',
    rest: '',
  });
  assert.deepEqual(read('--use-file=/a', '--vrrp_pid', '/c', 'x', '--', '-n'), {
    'use-file': '/a',
    vrrp_pid: '/c',
    rest: 'x -n',
  });
});

test('an optional argument is glued or not there', () => {
  assert.deepEqual(read('-t', '-f', '/a'), { 'config-test': '', 'use-file': '/a', rest: '' });
  assert.deepEqual(read('-t/log'), { 'config-test': '/log', rest: '' });
  assert.deepEqual(read('--config-test=/log', 'x'), { 'config-test': '/log', rest: 'x' });
});

test('long names may be cut while they are still plain', () => {
  assert.deepEqual(read('--dont-f', '--config-t'), {
    'dont-fork': '',
    'config-test': '',
    rest: '',
  });
  assert.match(String(read('--dont')), /may be --dont-release-vrrp or/);
  assert.deepEqual(read('--pid', '/a'), { pid: '/a', rest: '' });
});

test('what is not understood is said', () => {
  assert.equal(read('-nz'), 'Unknown option -z');
  assert.equal(read('--foo=1'), 'Unknown option --foo');
  assert.equal(read('-f'), 'Missing parameter to option -f');
  assert.equal(read('--use-file='), 'Missing parameter to option --use-file');
  assert.equal(read('--vrrp=1'), '--vrrp takes no argument');
});
