/** Scripts as the supervisor runs them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import type { CommandModel } from './supervisor-model.ts';
import { supervisorModel } from './supervisor-model.ts';

/** The command of a tracked script that is written so. */
function commandOf(written: string): CommandModel {
  const text = `vrrp_script check {\nscript ${written}\n}\nvrrp_instance A {\ntrack_script {\ncheck\n}\n}\n`;
  const [script] = supervisorModel(readText(text).model).scripts;
  assert.ok(script !== undefined);
  return script.command;
}

test('commands are split by the rules of a shell, without one', () => {
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['/bin/check', ['/bin/check']],
    ['"/bin/check one two"', ['/bin/check', 'one', 'two']],
    [`"/bin/check 'one two' three"`, ['/bin/check', 'one two', 'three']],
    ['/bin/check one two', ['/bin/check', 'one', 'two']],
    [
      '"/usr/bin/curl -s http://127.0.0.1/?a=1&b=2"',
      ['/usr/bin/curl', '-s', 'http://127.0.0.1/?a=1&b=2'],
    ],
    ['"killall -0 haproxy"', ['killall', '-0', 'haproxy']],
  ];
  for (const [written, argv] of commands) {
    const command = commandOf(written);
    assert.deepEqual([command.argv, command.shell], [argv, false], written);
  }
});

test('a shell expression is run by a shell', () => {
  const expressions: readonly (readonly [string, readonly string[]])[] = [
    [
      '"[[ -f /etc/keepalived/down ]] && exit 1 || exit 0"',
      ['/bin/sh', '-c', '[ -f /etc/keepalived/down ] && exit 1 || exit 0'],
    ],
    ['"[[ $(id) == root ]]"', ['/bin/bash', '-c', '[[ $(id) == root ]]']],
    ['"pgrep nginx > /dev/null"', ['/bin/sh', '-c', 'pgrep nginx > /dev/null']],
    ['"ps ax | grep -q nginx"', ['/bin/sh', '-c', 'ps ax | grep -q nginx']],
  ];
  for (const [written, argv] of expressions) {
    const command = commandOf(written);
    assert.deepEqual([command.argv, command.shell], [argv, true], written);
  }
});

test('a file can be fed to a shell', () => {
  assert.deepEqual(commandOf('"</etc/check"').input, '/etc/check');
});

test('scripts that nothing tracks are not run; the timeout is the interval', () => {
  const model = readText('vrrp_script unused {\nscript /bin/true\n}\n').model;
  assert.deepEqual(supervisorModel(model).scripts, []);
  const text =
    'vrrp_script check {\nscript /bin/true\ninterval 2\nrise 3\nfall 4\nuser nobody nogroup\ninit_fail\n}\nvrrp_sync_group G {\ntrack_script {\ncheck\n}\n}\n';
  assert.deepEqual(supervisorModel(readText(text).model).scripts, [
    {
      name: 'check',
      tracker: 'script:check',
      command: {
        argv: ['/bin/true'],
        input: undefined,
        shell: false,
        runAs: { user: 'nobody', group: 'nogroup' },
      },
      interval: 2_000_000,
      timeout: 2_000_000,
      rise: 3,
      fall: 4,
      initFail: true,
    },
  ]);
});

test('words behind an unquoted notify path are a user and a group, unless they cannot be', () => {
  const text = (lines: string): string => `vrrp_instance A {\n${lines}\n}\n`;
  const model = supervisorModel(
    readText(
      text(
        'notify_master /bin/a daemon bin\nnotify_backup /bin/b backup\nnotify_fault /bin/c --fault x\nnotify_deleted\nnotify "/bin/d e" nobody',
      ),
    ).model,
  );
  const [notify] = model.instanceNotify;
  assert.deepEqual(notify?.scripts.master?.runAs, { user: 'daemon', group: 'bin' });
  assert.deepEqual(notify?.scripts.backup?.argv, ['/bin/b', 'backup']);
  assert.deepEqual(notify?.scripts.fault?.argv, ['/bin/c', '--fault', 'x']);
  assert.deepEqual(notify?.every?.argv, ['/bin/d', 'e']);
  assert.deepEqual(notify?.every?.runAs, { user: 'nobody', group: undefined });
  assert.equal(notify?.tellDeleted, true);
});

test('a one-line block holds several statements behind a command', () => {
  const text =
    'vrrp_script check { script "/bin/check -a" interval 3 user nobody }\nvrrp_instance A {\nnotify /bin/tell nobody state MASTER\ntrack_script {\ncheck\n}\n}\n';
  const { model } = readText(text);
  const [script] = supervisorModel(model).scripts;
  assert.deepEqual(script?.command.argv, ['/bin/check', '-a']);
  assert.equal(script?.interval, 3_000_000);
  assert.equal(script?.command.runAs.user, 'nobody');
  assert.equal(model.vrrp_instance[0]?.state, 'MASTER');
  assert.equal(model.vrrp_instance[0]?.notify?.user, 'nobody');
});
