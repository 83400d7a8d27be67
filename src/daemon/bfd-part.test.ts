/** A failover process without a session loads nothing of BFD. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const source = join(import.meta.dirname, '..');
const statement = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'(\.[^']+)'/gm;

/** The files that are read as soon as this one is. */
function loadedWith(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(statement)) {
    loadedWith(join(dirname(file), target), found);
  }
  return found;
}

const names = (file: string): readonly string[] =>
  [...loadedWith(join(source, file))].map((each) => relative(source, each));
const ofBfd = /(^|\/)(bfd|udp)[-./]/;

test('the failover process loads BFD only with the first session', () => {
  const all = names('daemon/failover.ts');
  assert.ok(all.includes('engine/driver.ts') && all.includes('linux/network.ts'));
  assert.deepEqual(
    all.filter((each) => ofBfd.test(each)),
    [],
  );
  const later = names('daemon/bfd-part.ts');
  assert.ok(later.includes('engine/bfd/engine.ts') && later.includes('linux/udp-network.ts'));
});
