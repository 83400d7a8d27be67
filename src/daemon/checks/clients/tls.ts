/** TLS over a connection that is there, for the clients that want it from the first byte on. */
import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { TlsSettings } from '../../../health/checker.ts';
import { contextOf } from '../tls-context.ts';
import { anyName, refusalOf } from '../tls-refusal.ts';

export interface Handshake {
  readonly tls: TlsSettings;
  readonly servername: string | undefined;
  /** What is to be spoken, by its name in ALPN. */
  readonly protocol?: string;
}

/** Throws what goes wrong; nothing has been said then to a server that is not the one that is wanted. */
export async function secured(
  socket: Socket,
  { tls, servername, protocol }: Handshake,
): Promise<TLSSocket> {
  const context = contextOf(tls);
  if ('refused' in context) throw new Error(context.refused);
  const secure = connect({
    socket,
    secureContext: context,
    // Judged below, with words of our own, and only where it is asked for.
    rejectUnauthorized: false,
    ...anyName,
    ...(protocol === undefined ? {} : { ALPNProtocols: [protocol] }),
    ...(servername === undefined || isIP(servername) !== 0 ? {} : { servername }),
  });
  await once(secure, 'secureConnect');
  // Whoever uses it from now on hears of its end, and need not listen for errors.
  secure.on('error', () => undefined);
  const refusal = tls.verify === undefined ? undefined : refusalOf(secure, tls.verify, servername);
  if (refusal !== undefined) throw new Error(refusal);
  return secure;
}
