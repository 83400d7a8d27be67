/** `holdfast server`: orders for one real server. */
import { ask } from '../../api/client.ts';
import type { ServerOrderAnswer } from '../../daemon/balancing/orders.ts';

export interface OrderOptions {
  readonly service: string;
  readonly server: string;
  readonly order: string;
  readonly weight: string | undefined;
  readonly stateDirectory: string;
}

/** 0: ordered. 1: no daemon answered, or nothing is called so. */
export async function orderServer(options: OrderOptions): Promise<number> {
  const word = options.order === 'weight' ? (options.weight ?? '') : options.order;
  const isWeight = options.order === 'weight';
  if (isWeight !== /^\d+$/.test(word) || (!isWeight && options.weight !== undefined)) {
    process.stderr.write('holdfast: say drain, enable, or weight and a number\n');
    return 1;
  }
  const { stateDirectory, service, server } = options;
  const query = { service, server, order: word };
  const answer = await ask<ServerOrderAnswer>('server', { stateDirectory, query });
  if (!answer.ok || answer.value.kind === 'unknown') {
    const why = answer.ok && answer.value.kind === 'unknown' ? answer.value.error : '';
    process.stderr.write(`holdfast: ${answer.ok ? why : answer.error}\n`);
    return 1;
  }
  const { service: found, server: which } = answer.value;
  const undo = `holdfast server ${quoted(options.service)} ${which} enable`;
  process.stdout.write(`${which} of ${found} ${doneWords(word, undo)}\n`);
  return 0;
}

function doneWords(word: string, undo: string): string {
  if (word === 'enable') return 'is as configured';
  const what = word === 'drain' ? 'gets no new connections' : `has weight ${word}`;
  return `${what} until: ${undo}`;
}

function quoted(word: string): string {
  return /\s/.test(word) ? `'${word}'` : word;
}
