import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancerModel } from '../../engine/translation/balancer-model.ts';
import { readText } from '../../language/read-text.ts';
import { planeRemarks } from './plane-remarks.ts';

const service = (port: number, algorithm: string) =>
  `virtual_server 192.0.2.1 ${port} {
  lb_algo ${algorithm}
  protocol TCP
  real_server 10.0.0.1 80 {
  }
}
`;
const model = (text: string) => balancerModel(readText(text).model).model;

test('what nftables does otherwise is told once, however many services ask for it', () => {
  const remarks = planeRemarks();
  const first = remarks(model(service(80, 'wlc') + service(81, 'rr') + service(82, 'wlc')));
  assert.equal(first.length, 1);
  assert.match(first[0] ?? '', /^tcp 192\.0\.2\.1:80 and 1 other service: .*scheduler wlc: /);
  const second = remarks(model(service(80, 'wlc') + service(83, 'lc')));
  assert.equal(second.length, 1);
  assert.match(second[0] ?? '', /^tcp 192\.0\.2\.1:83: .*scheduler lc: /);
});

test('nothing is said where the configuration has chosen nftables, since its check has said it', () => {
  const text = `global_defs {\n  lvs_plane nftables\n}\n${service(80, 'wlc')}`;
  assert.deepEqual(planeRemarks()(model(text)), []);
});
