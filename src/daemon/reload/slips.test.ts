/** What a slip of the pen may not do at a reload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planReload } from '../../engine/plan/plan.ts';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { readText } from '../../language/read-text.ts';
import { harmOf, slipsIn } from './slips.ts';

const A =
  'vrrp_instance A {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n 10.0.0.5/24\n }\n}\n';
const B = A.replace('A {', 'B {').replace('_id 1', '_id 2').replace('0.5', '0.6');

function harm(before: string, after: string): string | undefined {
  const [old, next] = [before, after].map((text) => {
    const { model, diagnostics } = readText(text);
    const target = {
      failover: failoverModel(model),
      scripts: [],
      instanceNotify: new Map(),
      groupNotify: new Map(),
      services: [],
      process: {},
    };
    return { target, slips: slipsIn(diagnostics) };
  });
  assert.ok(old !== undefined && next !== undefined);
  return harmOf(planReload(old.target, next.target), old.slips, next.slips);
}

test('a mistyped number that leaves a running instance out is refused, and named', () => {
  const said = harm(A + B, A + B.replace('_id 2', '_id 999'));
  assert.match(said ?? '', /take away B/);
  assert.match(said ?? '', /999 is outside 1 to 255/);
});

test('a mistyped keyword that hides a whole instance is refused', () => {
  const said = harm(A + B, A + B.replace('vrrp_instance', 'vrrp_instanc'));
  assert.match(said ?? '', /take away B.*unknown-keyword/s);
});

test('a mistyped block that empties an instance of its addresses is refused', () => {
  const said = harm(A + B, A + B.replace('virtual_ipaddress', 'virtual_ipaddres'));
  assert.match(said ?? '', /10\.0\.0\.6\/24 of B/);
});

test('what is taken out on purpose goes', () => {
  assert.equal(harm(A + B, A), undefined);
  assert.equal(harm(A + B, A + B.replace('10.0.0.6/24', '10.0.0.7/24')), undefined);
});

test('mistakes that run already do not keep anything', () => {
  const odd = `nonsense 1\n${A}`;
  assert.equal(harm(odd + B, odd), undefined);
  assert.match(harm(A + B, odd) ?? '', /nonsense/);
});

test('mistakes that take nothing away are loaded as at a start', () => {
  assert.equal(harm(A + B, `nonsense 1\n${A}${B}`), undefined);
});
