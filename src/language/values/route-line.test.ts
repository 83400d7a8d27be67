/** Routes over several gateways come back as they were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';
import { renderModel } from '../render.ts';

test('what belongs to the whole route is not taken for a part of its last leg', () => {
  const text = `vrrp_instance A {
    interface eth0
    virtual_router_id 5
    virtual_routes {
        198.51.100.0/24 table 100 metric 7 nexthop via 192.0.2.2 dev eth1 weight 2 nexthop via 192.0.2.3
    }
}
`;
  const { model } = readText(text);
  const [route] = model.vrrp_instance[0]?.virtual_routes ?? [];
  assert.equal(route?.table, '100');
  assert.equal(route?.nexthop.length, 2);
  assert.deepEqual(readText(renderModel(model)).model, model);
});
