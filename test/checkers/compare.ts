/** Every scenario before keepalived's checkers and before ours, in one run: to be called in a machine with IPVS. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationOf, serviceAddress } from './configuration.ts';
import { keepalivedVerdicts } from './keepalived-verdicts.ts';
import { layNetwork } from './network.ts';
import { ourVerdicts } from './our-verdicts.ts';
import type { Scenario } from './scenario.ts';
import { chosen } from './scenarios.ts';
import { startStage } from './stage-process.ts';

export interface Comparison {
  readonly scenario: Scenario;
  /** The weight, undefined for a server that is out. */
  readonly theirs: number | undefined;
  readonly ours: number | undefined;
  readonly detail: string;
}

const WEIGHT = 10;
/** Milliseconds for keepalived: two rounds of all checks, and as many more as it needs to see those up that are. */
const LEAST = 9_000;
const MOST = 30_000;

/** Of the checkers with `word` in their name. */
export async function compare(word: string): Promise<{ rows: readonly Comparison[]; log: string }> {
  const space = layNetwork();
  const folder = mkdtempSync(join(tmpdir(), `hfcheck-${process.pid}-`));
  const scenarios = chosen(word);
  const stage = await startStage(word, space);
  try {
    const text = configurationOf(scenarios);
    const file = join(folder, 'keepalived.conf');
    writeFileSync(file, text);
    const ours = await ourVerdicts(text);
    const agreed = scenarios.flatMap(({ reason, unsteady }, index) => {
      const address = serviceAddress(index);
      const isUp = ours.get(address)?.passed === true;
      return isUp && reason === undefined && unsteady === undefined ? [address] : [];
    });
    const theirs = await keepalivedVerdicts(folder, file, {
      least: LEAST,
      most: MOST,
      isEnough: (verdicts) => agreed.every((address) => verdicts.get(address) !== undefined),
    });
    const rows = scenarios.map((scenario, index): Comparison => {
      const address = serviceAddress(index);
      const outcome = ours.get(address);
      return {
        scenario,
        theirs: theirs.get(address),
        ours: outcome?.passed === true ? (outcome.weight ?? WEIGHT) : undefined,
        detail: outcome?.detail ?? 'no outcome',
      };
    });
    return { rows, log: readFileSync(join(folder, 'keepalived.log'), 'latin1') };
  } finally {
    stage.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
