/** `holdfast status --services`: what is balanced, and why each server is in or out. */
import { ask } from '../../api/client.ts';
import type { ServicesAnswer } from '../../daemon/balancing/orders.ts';
import { renderServices } from '../render/services.ts';

export interface ServicesOptions {
  readonly stateDirectory: string;
  readonly json: boolean;
}

/** 0: shown. 1: no daemon answered. */
export async function services({ stateDirectory, json }: ServicesOptions): Promise<number> {
  const query = { traffic: '1' };
  const answer = await ask<ServicesAnswer>('services', { stateDirectory, query, patience: 30_000 });
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  const { value } = answer;
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : renderServices(value));
  return 0;
}
