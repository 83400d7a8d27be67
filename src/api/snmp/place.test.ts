import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masterPlace } from './place.ts';

test('where the master listens, in the words of net-snmp', () => {
  const place = (written: string) => {
    const found = masterPlace(written);
    return found.ok ? found.value : undefined;
  };
  assert.deepEqual(place('unix:/var/agentx/master'), { path: '/var/agentx/master' });
  assert.deepEqual(place('/var/agentx/master'), { path: '/var/agentx/master' });
  assert.deepEqual(place('tcp:localhost:7050'), { host: 'localhost', port: 7050 });
  assert.deepEqual(place('localhost'), { host: 'localhost', port: 705 });
  assert.deepEqual(place('tcp6:[::1]:705'), { host: '::1', port: 705 });
});

test('what AgentX cannot run over is said with a cure', () => {
  const found = masterPlace('udp:localhost:705');
  assert.match(found.ok ? '' : found.error, /write unix:.* or tcp:/);
  assert.equal(masterPlace('').ok, false);
});
