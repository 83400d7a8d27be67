import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import { doorsModel } from './doors-model.ts';

const doorsOf = (global: string, rest = '') =>
  doorsModel(readText(`global_defs {\n${global}\n}\n${rest}`).model);

test('with nothing configured every door is shut', () => {
  const doors = doorsOf('');
  assert.deepEqual(
    [doors.metrics, doors.umask, doors.names, doors.startup, doors.reloadMarker, doors.timedReload],
    [undefined, undefined, undefined, undefined, undefined, undefined],
  );
  assert.deepEqual(doors.dumps.mailed, []);
});

test('who is told by mail: the own word, then that for VRRP, then the one for all', () => {
  const instances =
    'vrrp_instance a {\nsmtp_alert\n}\nvrrp_instance b {\nsmtp_alert false\n}\nvrrp_instance c {\n}\n';
  assert.deepEqual(doorsOf('', instances).dumps.mailed, ['a']);
  assert.deepEqual(doorsOf('smtp_alert', instances).dumps.mailed, ['a', 'c']);
  assert.deepEqual(doorsOf('smtp_alert\nsmtp_alert_vrrp false', instances).dumps.mailed, ['a']);
});

test('an address and a port, joined or apart; anything else is no place to listen', () => {
  assert.deepEqual(doorsOf('metrics_listen 127.0.0.1:9650').metrics, {
    address: '127.0.0.1',
    port: 9650,
  });
  assert.deepEqual(doorsOf('metrics_listen [::1]:80').metrics, { address: '::1', port: 80 });
  assert.deepEqual(doorsOf('metrics_listen ::1 80').metrics, { address: '::1', port: 80 });
  for (const wrong of [
    'localhost:80',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.0.0.1 x',
  ]) {
    assert.equal(doorsOf(`metrics_listen ${wrong}`).metrics, undefined, wrong);
  }
});
