import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { routingNamesHere } from './routing-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'names-'));
after(() => rmSync(folder, { recursive: true }));

test('names of tables are read where the configuration says, and the administrator has the last word', () => {
  const [vendor, administrator] = [join(folder, 'usr'), join(folder, 'etc')];
  for (const each of [vendor, administrator]) mkdirSync(each);
  writeFileSync(join(vendor, 'rt_tables'), '100 blue # of the vendor\n101 green\n');
  writeFileSync(join(administrator, 'rt_tables'), '200 blue\n');
  const { table } = routingNamesHere({ vendor, administrator });
  assert.deepEqual([table.get('blue'), table.get('green'), table.get('main')], [200, 101, 254]);
  const elsewhere = routingNamesHere({ administrator }).table;
  assert.equal(elsewhere.get('green'), undefined);
});

test('a second number for a name of the kernel, or for one in the same folder, does not count', () => {
  const administrator = join(folder, 'third');
  mkdirSync(join(administrator, 'rt_protos.d'), { recursive: true });
  writeFileSync(join(administrator, 'rt_protos'), '77 ours\n');
  writeFileSync(join(administrator, 'rt_protos.d', 'frr.conf'), '196 static\n199 ours\n');
  const { protocol } = routingNamesHere({ administrator });
  assert.deepEqual([protocol.get('static'), protocol.get('ours')], [4, 77]);
});
