/** A connection made with a target's mark, interface and source, as a socket of Node's for those who need one. */
import { Socket } from 'node:net';
import type { CheckTarget } from '../../health/check.ts';
import type { Connections } from '../../linux/checks/connections.ts';
import { wordsOfCode } from './error-words.ts';
import { shortageOf } from './plain.ts';
import type { Exhausted } from './task.ts';

export interface Dialling {
  readonly kind: 'dialling';
  cancel(): void;
}

export interface DialEnds {
  connected(socket: Socket): void;
  /** A clause for people. Not called before `dialSocket` has returned. */
  failed(reason: string): void;
}

export function dialSocket(
  connections: Connections,
  target: CheckTarget,
  { connected, failed }: DialEnds,
): Dialling | Exhausted {
  const opened = connections.open(target, 'stream', {
    connected() {
      connections.release(fd);
      connected(new Socket({ fd, readable: true, writable: true }));
    },
    data: () => undefined,
    ended: () => undefined,
    broken: ({ code }) => failed(wordsOfCode(code)),
  });
  if (!opened.ok) {
    const { code } = opened.error;
    const shortage = shortageOf(code);
    if (shortage !== undefined) return shortage;
    const immediate = setImmediate(() => failed(wordsOfCode(code)));
    return { kind: 'dialling', cancel: () => clearImmediate(immediate) };
  }
  const fd = opened.value;
  return { kind: 'dialling', cancel: () => connections.close(fd) };
}
