import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds } from '../../base/units.ts';
import { readText } from '../../language/read-text.ts';
import { createMachine, type Machine } from '../machine.ts';
import { failoverModel } from '../translation/failover-model.ts';
import { Gathering } from './gathering.ts';

function modelOf(lines: string, scripts = '') {
  const text = `${scripts}vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${lines}\n}\n`;
  return failoverModel(readText(text).model);
}

/** The window that is wanted while the only instance is in this state. */
function windowOf(lines: string, state: 'master' | 'init', scripts = ''): number | undefined {
  const model = modelOf(lines, scripts);
  const gathering = new Gathering();
  gathering.learn(model);
  return gathering.take(model.instances.map((instance) => machineIn(instance, state)));
}

function machineIn(instance: Machine['model'], kind: 'master' | 'init'): Machine {
  const machine = createMachine(instance, undefined);
  if (kind === 'master') machine.state = { kind, advertiseAt: 0 as Machine['since'] };
  return machine;
}

test('of a master: no longer than the shortest skew time, and never longer than ten milliseconds', () => {
  assert.equal(windowOf('version 3\npriority 100\nadvert_int 1', 'master'), 10_000);
  assert.equal(windowOf('version 3\npriority 254\nadvert_int 1', 'master'), 7_813);
  assert.equal(windowOf('version 3\npriority 255\nadvert_int 1', 'master'), 3_906);
  assert.equal(windowOf('version 3\npriority 100\nadvert_int 0.01', 'master'), 6_094);
  assert.equal(windowOf('version 3\npriority 254\nadvert_int 0.01', 'master'), 78);
  // Version 2 counts skew in seconds, whatever the interval.
  assert.equal(windowOf('version 2\npriority 250\nadvert_int 1', 'master'), 10_000);
});

test('without a master: longer where half of the skew time is, and never longer than fifty', () => {
  assert.equal(windowOf('version 3\npriority 100\nadvert_int 1', 'init'), 50_000);
  assert.equal(windowOf('version 3\npriority 100\nadvert_int 0.1', 'init'), 30_469);
  assert.equal(windowOf('version 3\npriority 250\nadvert_int 1', 'init'), 11_719);
  assert.equal(windowOf('version 3\npriority 254\nadvert_int 1', 'init'), 7_813);
  assert.equal(windowOf('version 3\npriority 254\nadvert_int 0.01', 'init'), 78);
});

test('what trackers can add counts', () => {
  const script = 'vrrp_script s {\nscript /bin/true\nweight 200\n}\n';
  const track = 'track_script {\ns\n}';
  const lines = `version 3\npriority 100\nadvert_int 1\n${track}`;
  assert.equal(windowOf(lines, 'master', script), 7_813);
});

test('it is told when it has changed, and a backup goes by the interval of the master that it hears', () => {
  const model = modelOf('version 3\npriority 100\nadvert_int 1');
  const gathering = new Gathering();
  gathering.learn(model);
  const [instance] = model.instances;
  assert.ok(instance !== undefined);
  const machine = machineIn(instance, 'init');
  assert.equal(gathering.take([machine]), 50_000);
  assert.equal(gathering.take([machine]), undefined);
  gathering.moved();
  assert.equal(gathering.take([machine]), undefined);
  const at = 0 as Machine['since'];
  const backup = { kind: 'backup', waitingSince: at, waitingFor: 'silence', downAt: at } as const;
  const rest = { heard: undefined, discarded: undefined, preemptAt: undefined };
  machine.state = { ...backup, ...rest, masterInterval: milliseconds(20) };
  assert.equal(gathering.take([machine]), undefined, 'nobody has said so yet');
  gathering.moved();
  assert.equal(gathering.take([machine]), 10_000);
  machine.state = { ...machine.state, masterInterval: milliseconds(10) };
  gathering.moved();
  assert.equal(gathering.take([machine]), 6_094);
});
