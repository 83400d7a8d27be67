import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, planReload } from '../../engine/plan/plan.ts';
import { targetOf } from '../../engine/plan/target.ts';
import { readText } from '../../language/read-text.ts';
import { renderPlan } from './plan.ts';

const instance = (name: string, id: number, lines: string) =>
  `vrrp_instance ${name} {\n interface eth0\n virtual_router_id ${id}\n virtual_ipaddress {\n ${lines}\n }\n}\n`;
const server = (name: string, lines = '') => ` real_server ${name} 80 {\n${lines}\n }\n`;
const service = (lines: string) => `virtual_server 10.0.0.1 80 {\n protocol TCP\n${lines}}\n`;

function plan(before: string, after: string): Plan {
  return planReload(targetOf(readText(before).model), targetOf(readText(after).model));
}

test('what happens stands in whole lines, what does not is counted', () => {
  const before =
    instance('A', 1, '10.0.0.1/24') +
    instance('B', 2, '10.0.0.2/24') +
    instance('C', 3, '10.0.0.3/24');
  const after = instance('A', 1, '10.0.0.1/24\n 10.0.0.9/24') + instance('C', 3, '10.0.0.3/24');
  assert.equal(
    renderPlan(plan(before, after)),
    `instances
  adjust A (eth0, virtual router 1): goes on; its next advertisement tells the difference
    virtual_ipaddress: none -> 10.0.0.9/24
    peers whose files say otherwise may ignore its advertisements and become master too: change theirs as well
  remove B (eth0, virtual router 2): resigns and gives up its addresses
  1 other keeps its state, timers and addresses
addresses
  10.0.0.9/24 appears on eth0 while A is master here
  10.0.0.2/24 vanishes from eth0 (B): connections to it end
`,
  );
});

test('servers that go end connections, the others are told to be kept', () => {
  const before = service(server('10.0.1.1') + server('10.0.1.2') + server('10.0.1.3'));
  const after = service(server('10.0.1.1') + server('10.0.1.2', 'weight 5'));
  assert.equal(
    renderPlan(plan(before, after)),
    `services
  adjust 10.0.0.1 80 TCP: its connections go on
    adjust 10.0.1.2 80
      weight: none -> 5
    remove 10.0.1.3 80: connections through it end
    1 servers are kept as they are
`,
  );
});

test('nothing is said in two words', () => {
  const same = instance('A', 1, '10.0.0.1/24');
  assert.equal(renderPlan(plan(same, same)), 'nothing changes\n');
});
