/** Certificate verification, an extension of SSL_GET. */
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import type { TlsVerification } from '../../health/checker.ts';
import { wordsOfError } from './error-words.ts';

/** Why the certificate of the server is not the one that is wanted. `servername`: the name of the handshake. */
export function refusalOf(
  secure: TLSSocket,
  { name }: TlsVerification,
  servername: string | undefined,
): string | undefined {
  if (!secure.authorized) {
    return `the certificate is not good (${wordsOfError(secure.authorizationError)})`;
  }
  const wanted = name ?? servername;
  const certificate = secure.getPeerCertificate();
  const error = wanted === undefined ? undefined : checkServerIdentity(wanted, certificate);
  return error === undefined ? undefined : `the certificate is not for ${wanted}`;
}
