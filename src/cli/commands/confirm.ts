/** `holdfast confirm` and `holdfast rollback`: what becomes of a configuration that was loaded on probation. */
import { ask } from '../../api/client.ts';
import type { ConfirmAnswer } from '../../daemon/control.ts';
import { renderPlan } from '../render/plan.ts';

/** 0: done. 1: no daemon answered, or nothing was waiting. */
export async function confirm(
  what: 'confirm' | 'rollback',
  stateDirectory: string,
): Promise<number> {
  const answer = await ask<ConfirmAnswer>(what, { stateDirectory, patience: 60_000 });
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  switch (answer.value.kind) {
    case 'confirmed':
      process.stdout.write('the configuration stays\n');
      return 0;
    case 'rolled-back':
      process.stdout.write(
        `${renderPlan(answer.value.plan)}what ran before runs again; the file still holds what was taken back\n`,
      );
      return 0;
    case 'nothing-to-confirm':
      process.stderr.write(
        'holdfast: no configuration waits for a confirmation: it was confirmed or taken back already, or was loaded without --confirm (see "holdfast status")\n',
      );
      return 1;
  }
}
