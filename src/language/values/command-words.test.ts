/** Which commands only a shell can run: the first word and bare operators decide, as keepalived 2.2 runs them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsShell } from './command-words.ts';

const plain = [
  'test ! -f /etc/keepalived/down',
  '[ ! -f /etc/keepalived/down ]',
  'killall -0 haproxy',
  'kill -0 1',
  'echo 1',
  '/usr/bin/curl http://localhost/?a=1&b=2',
  'pgrep -f java.*tomcat',
  "/bin/sh -c 'a && b || c'",
  '/usr/bin/tell "a && b"',
  "/usr/bin/awk '$1 > 2'",
  'pidof -x haproxy',
];

const forShell = [
  '[[ -f /etc/keepalived/down ]] && exit 1 || exit 0',
  '! /bin/true',
  'cd /tmp',
  'exit 0',
  'command -v ls',
  '/bin/true && /bin/false',
  '/bin/true; /bin/false',
  '/bin/true | cat',
  '/bin/true >/dev/null 2>&1',
  'test $(pidof haproxy)',
  'test `pidof haproxy`',
  'test -d $HOME',
  'ls /run/*.pid',
  '(true)',
  'A=b /bin/true',
];

for (const command of plain) {
  test(`${command} is run as it is`, () => assert.equal(needsShell(command), false));
}

for (const command of forShell) {
  test(`${command} needs a shell`, () => assert.equal(needsShell(command), true));
}
