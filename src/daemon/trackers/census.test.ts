import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Census } from './census.ts';
import type { ProcessFacts } from './matching.ts';

const wanted = new Map([
  ['process:web', { program: 'web', fullCommand: false, parameters: undefined }],
  ['process:db', { program: 'db', fullCommand: false, parameters: undefined }],
]);

function host(names: Record<number, string>) {
  const table = new Map(Object.entries(names).map(([pid, name]) => [Number(pid), name]));
  const facts = (pid: number): ProcessFacts | undefined => {
    const name = table.get(pid);
    return name === undefined ? undefined : { name, commandLine: [] };
  };
  return { table, census: new Census(wanted, { living: () => table.keys(), facts }) };
}

test('counted at start, then followed through fork, exec, a new name and exit', () => {
  const { table, census } = host({ 1: 'init', 2: 'web' });
  census.recount();
  assert.equal(census.count('process:web'), 1);
  census.heed({ kind: 'fork', parent: 2, child: 3 });
  census.heed({ kind: 'fork', parent: 1, child: 4 });
  assert.equal(census.count('process:web'), 2);
  table.set(3, 'sh');
  census.heed({ kind: 'changed', pid: 3 });
  table.set(4, 'db');
  census.heed({ kind: 'changed', pid: 4 });
  assert.deepEqual([census.count('process:web'), census.count('process:db')], [1, 1]);
  census.heed({ kind: 'exit', pid: 2 });
  census.heed({ kind: 'exit', pid: 99 });
  assert.equal(census.count('process:web'), 0);
  table.delete(2);
  table.set(5, 'web');
  table.delete(4);
  census.recount();
  assert.deepEqual([census.count('process:web'), census.count('process:db')], [1, 0]);
});
