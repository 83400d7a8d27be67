/** Checks by a maintained client of their protocol, over a connection that was made as the target says. */
import type { Socket } from 'node:net';
import { toMilliseconds } from '../../base/units.ts';
import type { CheckRequest } from '../../health/check.ts';
import { failed, type Judgement } from '../../health/checkers/conversation.ts';
import type { Connections } from '../../linux/checks/connections.ts';
import { type Dialling, dialSocket } from './dialled.ts';
import { wordsOfError } from './error-words.ts';
import type { Exhausted, Judged, Task } from './task.ts';

/** Asks over `socket`; throws what goes wrong. When the time is over the socket is destroyed under it. */
export type Ask = (socket: Socket, request: CheckRequest) => Promise<Judgement>;

export function startClient(
  ask: Ask,
  connections: Connections,
  request: CheckRequest,
  judged: Judged,
): Task | Exhausted {
  const limit = Math.ceil(toMilliseconds(request.target.timeout));
  let socket: Socket | undefined;
  let dialling: Dialling | Exhausted | undefined;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    clearTimeout(timer);
    if (dialling?.kind === 'dialling') dialling.cancel();
    socket?.destroy();
  };
  const end = (judgement: Judgement): void => {
    if (isOver) return;
    stop();
    judged(judgement);
  };
  // Whatever has arrived in the meantime is seen before an immediate runs.
  const overrun = (what: string) => () => setImmediate(() => end(failed(`timeout ${what}`)));
  let timer = setTimeout(overrun('connecting'), limit);
  dialling = dialSocket(connections, request.target, {
    connected(made) {
      socket = made;
      // A client that has let go of it must not bring the process down.
      made.on('error', () => undefined);
      clearTimeout(timer);
      timer = setTimeout(overrun('waiting for the answer'), limit);
      ask(made, request).then(end, (error: unknown) => end(failed(wordsOfError(error))));
    },
    failed: (reason) => end(failed(reason)),
  });
  if (dialling.kind === 'exhausted') {
    stop();
    return dialling;
  }
  return { kind: 'task', cancel: stop };
}
