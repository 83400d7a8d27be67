/** The package as npm packs it, in a folder of its own: everything runs below node_modules, without any source. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { instance, stateDirectory, virtualAddress } from '../daemon/site.ts';
import { command } from '../lab/command.ts';
import { openLab } from '../lab/lab.ts';
import { crash, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const checkout = join(import.meta.dirname, '../..');
const lab = await openLab(['a']);
const a = lab.host('a');
const modules = join(a.directory, 'app/node_modules');
const holdfast = join(modules, '.bin/holdfast');
const file = join(a.directory, 'holdfast.conf');

let task: Task | undefined;
afterEach(async () => {
  if (task !== undefined) await crash(task);
  task = undefined;
});
after(() => lab.close());

/** What `npm pack` does here, but the bundle is built beside the checkout and not in it. */
before(() => {
  const stage = join(a.directory, 'stage');
  mkdirSync(stage);
  for (const name of ['package.json', 'bin', 'man', 'completions', 'docs', 'CHANGELOG.md']) {
    cpSync(join(checkout, name), join(stage, name), { recursive: true });
  }
  const build = join(checkout, 'tools/bundle.ts');
  execFileSync(process.execPath, [build, '--into', join(stage, 'dist')]);
  const words = ['pack', '--ignore-scripts', '--pack-destination', a.directory];
  execFileSync('npm', words, { cwd: stage, stdio: 'ignore' });
  install(globSync(join(a.directory, 'holdfast-*.tgz')).join());
});

/** As npm would, from the packages that this checkout has already. */
function install(archive: string): void {
  const place = join(modules, 'holdfast');
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', place, '--strip-components=1']);
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../holdfast/bin/holdfast', holdfast);
  const theirs = join(checkout, 'node_modules');
  for (const name of readdirSync(theirs)) {
    if (!name.startsWith('.')) symlinkSync(join(theirs, name), join(modules, name));
  }
}

const inside = (program: string, ...words: readonly string[]) =>
  command('nsenter', [`--net=${a.space.path}`, '--', program, ...words]);

test('it holds no source, and what is in it answers', async () => {
  assert.deepEqual(globSync(join(modules, 'holdfast/**/*.ts')).filter(isSource), []);
  writeFileSync(file, instance());
  assert.match(await inside(holdfast, 'check', file), /nothing is wrong/);
  assert.match(await inside(holdfast, 'explain', 'vrrp.router-id-taken'), /What keepalived does/);
  await inside(join(modules, 'holdfast/bin/keepalived'), '-t', '-f', file);
});

const isSource = (path: string) => !path.endsWith('.d.ts');

test('the daemon and every process of it run; a configuration that is a program too', async () => {
  writeFileSync(file, instance());
  const state = ['--state-dir', stateDirectory(a)];
  task = a.start(holdfast, ['run', file, ...state], { name: 'holdfast' });
  await until(`the address is held: ${task.log()}`, 30_000, async () =>
    (await a.holds(virtualAddress)) ? true : undefined,
  );
  assert.match(await inside(holdfast, 'status', ...state), /master/);
  assert.match(await inside(holdfast, 'reload', ...state), /nothing/i);
  const program = join(a.directory, 'site.ts');
  writeFileSync(
    program,
    "import { defineConfig } from 'holdfast';\nexport const config = defineConfig({ vrrp_instance: [{ name: 'X', interface: 'eth0', virtual_router_id: 9, virtual_ipaddress: ['10.9.9.9/24'] }] });\n",
  );
  assert.match(await inside(holdfast, 'plan', program, ...state), /10\.9\.9\.9/);
});
