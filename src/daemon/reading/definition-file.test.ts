/** A configuration that is a program is read like any other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadHere } from './load.ts';

function loaded(context: { after(run: () => void): void }, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-definition-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'config.ts');
  writeFileSync(path, text);
  return loadHere(path);
}

test('what the program defines is the configuration, wherever the program stands', (context) => {
  const { model, diagnostics } = loaded(
    context,
    `import { defineConfig, seconds } from 'holdfast';
const ids: readonly number[] = [51, 52];
export const config = defineConfig({
  vrrp_instance: ids.map((id) => ({
    name: \`VI_\${id}\`, interface: 'eth0', virtual_router_id: id, advert_int: seconds(1),
    virtual_ipaddress: [\`192.0.2.\${id}/24\`],
  })),
});
`,
  );
  assert.deepEqual(
    model.vrrp_instance.map(({ name, virtual_router_id: id }) => [name, id]),
    [
      ['VI_51', 51],
      ['VI_52', 52],
    ],
  );
  assert.deepEqual(diagnostics, []);
});

test('a program that breaks, or defines nothing, is a file that cannot be read', (context) => {
  const broken = loaded(context, 'throw new Error("no database");\n');
  assert.match(broken.diagnostics[0]?.message ?? '', /no database/);
  assert.equal(broken.diagnostics[0]?.severity, 'error');
  const empty = loaded(context, 'export const other = 1;\n');
  assert.match(empty.diagnostics[0]?.message ?? '', /exports no configuration/);
});
