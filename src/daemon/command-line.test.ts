import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../language/model.ts';
import { withCommandLine } from './command-line.ts';

const written = {
  global_defs: { snmp_socket: 'unix:/var/agentx/master', enable_snmp_vrrp: false },
} as Model;

test('-x serves every part of SNMP, -A says where; without them it is as written', () => {
  assert.equal(withCommandLine(written, {}), written);
  const { global_defs: all } = withCommandLine(written, { HOLDFAST_SNMP: '1' });
  const { enable_snmp_vrrp, enable_snmp_checker, enable_snmp_rfcv2, enable_snmp_rfcv3 } = all;
  assert.deepEqual(
    [enable_snmp_vrrp, enable_snmp_checker, enable_snmp_rfcv2, enable_snmp_rfcv3],
    [true, true, true, true],
  );
  assert.equal(all.snmp_socket, 'unix:/var/agentx/master');
  const { global_defs: moved } = withCommandLine(written, {
    HOLDFAST_SNMP_SOCKET: 'tcp:[::1]:705',
  });
  assert.deepEqual([moved.snmp_socket, moved.enable_snmp_vrrp ?? false], ['tcp:[::1]:705', false]);
});
