/** `holdfast reload`: reads the configuration again; one with errors changes nothing. */
import { ask } from '../../api/client.ts';
import { type Duration, renderDuration } from '../../base/units.ts';
import type { ReloadAnswer } from '../../daemon/control.ts';
import { renderPlan } from '../render/plan.ts';

export interface ReloadOptions {
  /** Taken back after this, unless it is confirmed. */
  readonly within: Duration | undefined;
  readonly json: boolean;
  readonly stateDirectory: string;
}

/** 0: loaded. 1: no daemon answered. 2: refused. */
export async function reload({ within, json, stateDirectory }: ReloadOptions): Promise<number> {
  const query: Record<string, string> = within === undefined ? {} : { within: String(within) };
  const answer = await ask<ReloadAnswer>('reload', { stateDirectory, patience: 60_000, query });
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  if (json) process.stdout.write(`${JSON.stringify(answer.value, null, 2)}\n`);
  switch (answer.value.kind) {
    case 'reloaded':
      if (!json) process.stdout.write(told(answer.value));
      return 0;
    case 'stopping':
      process.stderr.write('holdfast: the daemon is stopping and reads nothing any more\n');
      return 1;
    case 'refused':
      process.stderr.write(
        `${answer.value.text}\nholdfast: not loaded; what runs goes on unchanged\n`,
      );
      return 2;
  }
}

function told(answer: Extract<ReloadAnswer, { readonly kind: 'reloaded' }>): string {
  const { plan, unconfirmedFor } = answer;
  const waiting =
    unconfirmedFor === undefined
      ? ''
      : `taken back in ${renderDuration(unconfirmedFor)} unless you run "holdfast confirm"\n`;
  return `the configuration was read again\n${renderPlan(plan)}${waiting}`;
}
