/** The simulator over a copy of the product in which one place has been changed. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Plant {
  readonly name: string;
  readonly file: string;
  /** Must stand in the file exactly once, so that a plant that has lost its ground is noticed. */
  readonly search: string;
  readonly replace: string;
}

export interface Harvest {
  readonly status: number | null;
  readonly output: string;
}

/** Everything that the simulator may import. */
const PURE = [
  'base',
  'wire',
  'ports.ts',
  'plane.ts',
  'protocol',
  'config',
  'health',
  'language',
  'engine',
  'sim',
];
const ROOT = resolve(import.meta.dirname, '../..');

export function runPlanted(
  plant: Plant | undefined,
  words: readonly string[],
  tool = 'tools/sim.ts',
): Harvest {
  const folder = mkdtempSync(join(tmpdir(), `holdfast-plant-${process.pid}-`));
  try {
    for (const part of PURE) {
      cpSync(join(ROOT, 'src', part), join(folder, 'src', part), { recursive: true });
    }
    for (const file of [tool, 'tools/seeds.ts']) cpSync(join(ROOT, file), join(folder, file));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    if (plant !== undefined) change(join(folder, plant.file), plant);
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, tool), ...words], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function change(path: string, plant: Plant): void {
  const parts = readFileSync(path, 'utf8').split(plant.search);
  if (parts.length !== 2) {
    throw new Error(`${plant.file} has ${parts.length - 1} times "${plant.search}", not once`);
  }
  writeFileSync(path, parts.join(plant.replace));
}
