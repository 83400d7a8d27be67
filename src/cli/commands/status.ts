/** `holdfast status`: what the daemon is doing. */
import { ask } from '../../api/client.ts';
import type { Status } from '../../daemon/control.ts';
import { renderStatus } from '../render/status.ts';

export interface StatusOptions {
  readonly stateDirectory: string;
  readonly json: boolean;
}

export async function status(options: StatusOptions): Promise<number> {
  const answer = await ask<Status>('status', options);
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(answer.value, null, 2)}\n` : renderStatus(answer.value),
  );
  return 0;
}
