import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../language/read-text.ts';
import { gatherWindow } from './gathering.ts';
import { failoverModel } from './translation/failover-model.ts';

function windowOf(lines: string, scripts = ''): number {
  const text = `${scripts}vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${lines}\n}\n`;
  return gatherWindow(failoverModel(readText(text).model));
}

test('no longer than the shortest skew time, and never longer than ten milliseconds', () => {
  assert.equal(windowOf('version 3\npriority 100\nadvert_int 1'), 10_000);
  assert.equal(windowOf('version 3\npriority 254\nadvert_int 1'), 7_813);
  assert.equal(windowOf('version 3\npriority 255\nadvert_int 1'), 3_906);
  assert.equal(windowOf('version 3\npriority 100\nadvert_int 0.01'), 6_094);
  assert.equal(windowOf('version 3\npriority 254\nadvert_int 0.01'), 78);
  // Version 2 counts skew in seconds, whatever the interval.
  assert.equal(windowOf('version 2\npriority 250\nadvert_int 1'), 10_000);
});

test('what trackers can add counts', () => {
  const script = 'vrrp_script s {\nscript /bin/true\nweight 200\n}\n';
  const track = 'track_script {\ns\n}';
  assert.equal(windowOf(`version 3\npriority 100\nadvert_int 1\n${track}`, script), 7_813);
});
