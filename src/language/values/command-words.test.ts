/** Which commands only a shell can run: the first word and bare operators decide, as keepalived 2.2 runs them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';
import { needsShell } from './command-words.ts';
import { plainCommand } from './script-command.ts';

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

/** What keepalived 2.2.7 makes of each, as its dump shows. */
const written: readonly (readonly [text: string, argv: readonly string[]])[] = [
  ["'/bin/false'", ['/bin/false']],
  ["'/bin/test -f /x'", ['/bin/test', '-f', '/x']],
  [`'/bin/sh -c "exit 1"'`, ['/bin/sh', '-c', 'exit 1']],
  [`"/bin/sh -c 'exit 1'"`, ['/bin/sh', '-c', 'exit 1']],
  ['""/bin/false""', ['/bin/false']],
  ['"/bin/ec"ho', ['/bin/echo']],
  [`"/bin/echo 'a b' \\"c d\\" e\\ f"`, ['/bin/echo', 'a b', 'c d', 'e', 'f']],
  [`"/bin/echo a\\\\b 'c\\\\d' \\d '\\\\\\\\h'"`, ['/bin/echo', 'a\b', 'cd', 'd', '\\h']],
  [`"/bin/sh -c \\"echo 'a b' \\\\\\"c d\\\\\\"\\""`, ['/bin/sh', '-c', `echo 'a b' "c d"`]],
];

for (const [text, argv] of written) {
  test(`${text} is ${argv.join(' | ')}, also when it is written again`, () => {
    const read = (command: string) =>
      readText(`vrrp_script s {\n script ${command}\n}\n`).model.vrrp_script[0]?.script;
    const command = read(text);
    assert.deepEqual(command, { kind: 'program', argv });
    assert.deepEqual(read(plainCommand.write(command ?? { kind: 'shell', line: '' })), command);
  });
}
