/** `holdfast plan`: what a reload would do. */
import { resolve } from 'node:path';
import { ask } from '../../api/client.ts';
import { renderTerminal } from '../../config/render/terminal.ts';
import type { PlanAnswer } from '../../daemon/control.ts';
import { loadHere } from '../../daemon/reading/load.ts';
import { type Plan, planReload, type Target } from '../../engine/plan/plan.ts';
import { targetOf } from '../../engine/plan/target.ts';
import { hasErrors } from '../../language/load.ts';
import { renderPlan } from '../render/plan.ts';

export interface PlanOptions {
  /** One is compared with what runs, two with each other. */
  readonly files: readonly string[];
  readonly json: boolean;
  readonly stateDirectory: string;
}

/** 0: told, whether anything would change or not. 1: the new file would be refused, or there is nothing to ask. */
export async function plan(options: PlanOptions): Promise<number> {
  const { files, json } = options;
  const [first = '', second] = files;
  if (files.length > 2) {
    process.stderr.write('holdfast: plan takes the new file, or the old and the new one\n');
    return 1;
  }
  const found = second === undefined ? await online(first, options) : offline(first, second);
  if (typeof found === 'string') {
    process.stderr.write(`${found}\n`);
    return 1;
  }
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : renderPlan(found));
  return 0;
}

async function online(file: string, { stateDirectory }: PlanOptions): Promise<Plan | string> {
  const answer = await ask<PlanAnswer>('plan', {
    stateDirectory,
    patience: 60_000,
    query: { file: resolve(file) },
  });
  if (!answer.ok) return `holdfast: ${answer.error}`;
  switch (answer.value.kind) {
    case 'planned':
      return answer.value.plan;
    case 'refused':
      return `${answer.value.text}\nholdfast: ${file} has errors and would not be loaded`;
    case 'stopping':
      return 'holdfast: the daemon is stopping and reads nothing any more';
  }
}

function offline(before: string, after: string): Plan | string {
  const [old, fresh] = [read(before), read(after)];
  if (typeof old === 'string') return old;
  return typeof fresh === 'string' ? fresh : planReload(old, fresh);
}

function read(file: string): Target | string {
  const { model, diagnostics, sources } = loadHere(file);
  if (!hasErrors(diagnostics)) return targetOf(model);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const text = renderTerminal(errors, sources, { colour: false, width: 120 });
  return `${text}\nholdfast: ${file} has errors and would not be loaded`;
}
