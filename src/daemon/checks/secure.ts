/** SSL_GET: the same conversation as HTTP_GET, over TLS. */
import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { CheckRequest } from '../../health/check.ts';
import type { HttpChecker } from '../../health/checker.ts';
import type { Connections } from '../../linux/checks/connections.ts';
import { type Dialling, dialSocket } from './dialled.ts';
import { wordsOfError } from './error-words.ts';
import { conversationOf, judgeSoon } from './plain.ts';
import { Talk } from './talk.ts';
import type { Exhausted, Judged, Task } from './task.ts';
import { contextOf } from './tls-context.ts';
import { watchEnd } from './tls-end.ts';
import { anyName, refusalOf } from './tls-refusal.ts';

export function startSecure(
  connections: Connections,
  request: CheckRequest,
  judged: Judged,
): Task | Exhausted {
  const { settings, step, target } = request;
  const conversation = conversationOf(request);
  if (settings.kind !== 'http' || settings.tls === undefined || conversation === undefined) {
    return judgeSoon(judged, `the checker has no question ${step}`);
  }
  const context = contextOf(settings.tls);
  if ('refused' in context) return judgeSoon(judged, context.refused);
  let socket: { destroy(): unknown } | undefined;
  let dialling: Dialling | Exhausted | undefined;
  const stop = (): void => {
    if (dialling?.kind === 'dialling') dialling.cancel();
    socket?.destroy();
  };
  const talk = new Talk(conversation, target.timeout, {
    judged(judgement) {
      stop();
      judged(judgement);
    },
  });
  dialling = dialSocket(connections, target, {
    connected(plain) {
      socket = plain;
      // keepalived gives the handshake as long again as the connection.
      talk.renew();
      socket = shakeHands(plain, { settings, step, context, talk });
    },
    failed: (reason) => talk.hear({ kind: 'broken', reason }),
  });
  if (dialling.kind === 'exhausted') {
    talk.stop();
    return dialling;
  }
  return {
    kind: 'task',
    cancel() {
      talk.stop();
      stop();
    },
  };
}

interface Handshake {
  readonly settings: HttpChecker;
  readonly step: number;
  readonly context: SecureContext;
  readonly talk: Talk;
}

function shakeHands(plain: Socket, { settings, step, context, talk }: Handshake): TLSSocket {
  const url = settings.urls[step];
  const { tls } = settings;
  const servername = tls?.sni === true ? (tls.sniName ?? url?.host) : undefined;
  const watched = url?.tlsCompliant === true ? watchEnd(plain) : undefined;
  const secure = connect({
    socket: watched?.stream ?? plain,
    secureContext: context,
    // Judged below, with words of our own, and only where it is asked for.
    rejectUnauthorized: false,
    ...anyName,
    ...(servername === undefined || isIP(servername) !== 0 ? {} : { servername }),
  });
  const breakOff = (reason: string) => talk.hear({ kind: 'broken', reason });
  secure.on('secureConnect', () => {
    const refusal =
      tls?.verify === undefined ? undefined : refusalOf(secure, tls.verify, servername);
    if (refusal !== undefined) {
      breakOff(refusal);
      return;
    }
    talk.begin({
      send(bytes) {
        secure.write(bytes);
        return undefined;
      },
    });
  });
  secure.on('data', (bytes: Buffer) => talk.hear({ kind: 'data', bytes }));
  secure.on('end', () => talk.hear({ kind: watched?.isClean() === false ? 'cut' : 'ended' }));
  secure.on('error', (error: NodeJS.ErrnoException) => {
    const isCut = talk.hasBegun && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    if (isCut) talk.hear({ kind: 'cut' });
    else breakOff(wordsOfError(error));
  });
  secure.on('close', () => breakOff('the connection was closed in the TLS handshake'));
  return secure;
}
