/** A configuration that is a program: run, and run again on a reload. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { stateDirectory, virtualAddress } from '../daemon/site.ts';
import { holdfast, program } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
const file = join(a.directory, 'site.ts');
let task: Task | undefined;
afterEach(async () => {
  if (task !== undefined) await crash(task);
  task = undefined;
});
after(() => lab.close());

function write(addresses: readonly string[]): void {
  writeFileSync(
    file,
    `import { defineConfig, seconds } from 'holdfast';
const held: readonly string[] = ${JSON.stringify(addresses)};
export const config = defineConfig({
  vrrp_instance: [
    {
      name: 'VI_1', interface: 'eth0', version: 3, virtual_router_id: 51, priority: 150,
      advert_int: seconds(0.1), virtual_ipaddress: held.map((each) => \`\${each}/24\`),
    },
  ],
});
`,
  );
}

const holds = (address: string) =>
  until(`${address} is held: ${task?.log() ?? ''}`, 30_000, async () =>
    (await a.holds(address)) ? true : undefined,
  );

test('it runs, a reload runs it anew, and one that breaks changes nothing', async () => {
  write([virtualAddress]);
  task = a.start(program, ['run', file, '--state-dir', stateDirectory(a)], { name: 'holdfast' });
  await holds(virtualAddress);
  write([virtualAddress, '10.11.0.101']);
  await holdfast(a, 'reload');
  await holds('10.11.0.101');
  writeFileSync(file, 'throw new Error("the inventory is down");\n');
  await assert.rejects(holdfast(a, 'reload'), /the inventory is down/);
  assert.ok(await a.holds('10.11.0.101'));
});
