/** Holdfast as an installed package has it: one bundle, whose many processes start in a fraction of the time. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = 'HOLDFAST_INSTALLED';
const home = join(import.meta.dirname, '../..');

/**
 * The path of the program. To be called before the machine is entered, which passes it on; where the bundle cannot be
 * built, that of the checkout.
 */
export function installedProgram(): string {
  const folder = process.env[FOLDER] ?? install();
  process.env[FOLDER] = folder;
  return join(folder, 'bin/holdfast');
}

function install(): string {
  const folder = mkdtempSync(join(tmpdir(), `hfvm-${process.pid}-`));
  const words = [join(home, 'tools/bundle.ts'), '--into', join(folder, 'dist')];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) {
    process.stderr.write(`the checkout is used, since no bundle can be built: ${stderr}\n`);
    rmSync(folder, { recursive: true });
    return home;
  }
  for (const name of ['bin', 'package.json']) {
    cpSync(join(home, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** When the machine is gone. The process is still the one that has installed it. */
export function uninstall(): void {
  const folder = process.env[FOLDER];
  if (!folder?.startsWith(join(tmpdir(), `hfvm-${process.pid}-`))) return;
  rmSync(folder, { recursive: true, force: true });
}
