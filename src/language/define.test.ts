/** Configurations written as data. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../base/units.ts';
import { type ConfigInput, defineConfig } from './define.ts';
import { readText } from './read-text.ts';
import { renderModel } from './render.ts';

const input: ConfigInput = {
  global_defs: { router_id: 'one two', vrrp_garp_master_delay: seconds(7), vrrp_version: 3 },
  vrrp_script: [{ name: 'check', script: '/usr/bin/pgrep haproxy', interval: '2', weight: '-20' }],
  vrrp_instance: [
    {
      name: 'VI_1',
      state: 'BACKUP',
      interface: 'eth0',
      virtual_router_id: 51,
      priority: 150,
      advert_int: seconds(0.5),
      nopreempt: true,
      preempt: false,
      virtual_ipaddress: ['192.0.2.1/24', { address: '192.0.2.2', prefix: 24, dev: 'eth1' }],
      track_script: ['check', { name: 'check', weight: { weight: -5, reverse: true } }],
      notify_master: '/usr/local/bin/tell --now',
      smtp_alert: false,
      authentication: { auth_type: 'PASS', auth_pass: 'a#b' },
    },
  ],
};

test('data becomes a file that says the same', () => {
  const { text, model, ok } = defineConfig(input);
  assert.ok(ok);
  assert.equal(
    text,
    `global_defs {
    router_id "one two"
    vrrp_garp_master_delay 7
    vrrp_version 3
}
vrrp_script check {
    script "/usr/bin/pgrep haproxy"
    interval 2
    weight -20
}
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 0.5
    nopreempt
    virtual_ipaddress {
        192.0.2.1/24
        192.0.2.2/24 dev eth1
    }
    track_script {
        check
        check weight -5 reverse
    }
    notify_master "/usr/local/bin/tell --now"
    smtp_alert false
    authentication {
        auth_type PASS
        auth_pass "a#b"
    }
}
`,
  );
  const [instance] = model.vrrp_instance;
  assert.equal(instance?.advert_int, seconds(0.5));
  assert.equal(instance?.authentication?.auth_pass, 'a#b');
  assert.deepEqual(model.vrrp_script[0]?.script, {
    kind: 'program',
    argv: ['/usr/bin/pgrep', 'haproxy'],
  });
  assert.deepEqual(readText(renderModel(model)).model, model);
});

test('a model is an input too, and comes back as itself', () => {
  const { model } = defineConfig(input);
  assert.deepEqual(defineConfig(model).model, model);
});

test('what is wrong is told, not thrown', () => {
  const wrong = defineConfig({
    vrrp_instance: [{ name: 'A', interface: 'eth0', virtual_router_id: 300 }],
  });
  assert.match(wrong.report, /300 is outside 1 to 255/);
  const unknown = defineConfig({ ...input, priorty: 5 } as ConfigInput);
  assert.match(unknown.report, /priorty/);
});

test('types refuse what the table does not have', () => {
  // @ts-expect-error an instance needs its name
  const nameless: ConfigInput = { vrrp_instance: [{ interface: 'eth0' }] };
  // @ts-expect-error there are two states to begin in
  const state: ConfigInput = { vrrp_instance: [{ name: 'A', state: 'FAULT' }] };
  // @ts-expect-error a length of time says its unit
  const bare: ConfigInput = { vrrp_instance: [{ name: 'A', advert_int: 1 }] };
  assert.equal(defineConfig(nameless).ok, true);
  assert.match(defineConfig(state).report, /FAULT/);
  assert.match(defineConfig(bare).text, /advert_int 0.000001/);
});
