import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf } from '../../test/conformance/engine-model.ts';
import { parseCommand } from '../../test/conformance/words.ts';
import type { Instant } from '../base/units.ts';
import type { Machine } from './machine.ts';
import { matchRoster } from './roster.ts';

const NOW = 7 as Instant;

function model(...lines: readonly string[]) {
  const instances = lines.map((line) => {
    const { name, options } = parseCommand(line);
    return [name, options] as const;
  });
  return modelOf({ instances: new Map(instances), groups: new Map(), host: new Map() });
}

function machines(...lines: readonly string[]): readonly Machine[] {
  return [...matchRoster([], model(...lines), NOW).machines.values()];
}

/** `NAME<-old name`, `NAME<-new`, and the names that are gone. */
function match(before: readonly Machine[], ...lines: readonly string[]): readonly string[] {
  const change = matchRoster(before, model(...lines), NOW);
  const rows = [...change.machines].map(([name, machine]) => {
    assert.equal(change.models.get(machine)?.name, name);
    assert.equal(change.added.includes(machine), !change.kept.includes(machine));
    return `${name}<-${change.added.includes(machine) ? 'new' : machine.model.name}`;
  });
  return [...rows, ...change.removed.map((machine) => `gone ${machine.model.name}`)];
}

test('the same virtual router on the same link is the same machine, whatever its name', () => {
  const before = machines('A vrid=1', 'B vrid=2');
  assert.deepEqual(match(before, 'A vrid=1 priority=7', 'B vrid=2'), ['A<-A', 'B<-B']);
  assert.deepEqual(match(before, 'X vrid=1', 'Y vrid=2'), ['X<-A', 'Y<-B']);
  assert.deepEqual(match(before, 'A vrid=2', 'B vrid=1'), ['A<-B', 'B<-A']);
});

test('another id, link or family is another machine', () => {
  const before = machines('A vrid=1');
  assert.deepEqual(match(before, 'A vrid=2'), ['A<-new', 'gone A']);
  assert.deepEqual(match(before, 'A vrid=1 if=eth1'), ['A<-new', 'gone A']);
  assert.deepEqual(match(before, 'A vrid=1 ipv6'), ['A<-new', 'gone A']);
});

test('machines stand in the order of the file', () => {
  const before = machines('A vrid=1', 'B vrid=2', 'C vrid=3');
  const after = ['C vrid=3', 'D vrid=4', 'A vrid=1'];
  assert.deepEqual(match(before, ...after), ['C<-C', 'D<-new', 'A<-A', 'gone B']);
});

test('unicast routers that share an id are told apart by their peers, and survive a change of peers', () => {
  const before = machines('A vrid=1 unicast=10.0.0.2', 'B vrid=1 unicast=10.0.0.3');
  assert.deepEqual(match(before, 'X vrid=1 unicast=10.0.0.3', 'Y vrid=1 unicast=10.0.0.2'), [
    'X<-B',
    'Y<-A',
  ]);
  assert.deepEqual(
    match(before, 'A vrid=1 unicast=10.0.0.2,10.0.0.4', 'B vrid=1 unicast=10.0.0.3'),
    ['A<-A', 'B<-B'],
  );
  assert.deepEqual(match(machines('A vrid=1'), 'A vrid=1 unicast=10.0.0.2'), ['A<-A']);
});

test('when the peers of two routers change at once, both stay', () => {
  const before = machines('A vrid=1 unicast=10.0.0.2', 'B vrid=1 unicast=10.0.0.3');
  const kept = match(before, 'A vrid=1 unicast=10.0.0.4', 'B vrid=1 unicast=10.0.0.5');
  assert.ok(!kept.some((row) => row.startsWith('gone')), kept.join(' '));
});
