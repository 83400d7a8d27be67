/** Certificate verification, an extension of SSL_GET. */
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import type { TlsVerification } from '../../health/checker.ts';
import { wordsOfError } from './error-words.ts';

/** Node compares names while it shakes hands, with `localhost` where none was given: here that is `refusalOf`'s. */
export const anyName = { checkServerIdentity: () => undefined } as const;

/** What OpenSSL's codes say of a certificate. */
const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'who signed it is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT:
    'who signed it is not trusted here, or a certificate between is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'who signed it is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'who signed it is not trusted here, or a certificate between is missing',
};

/** Why the certificate of the server is not the one that is wanted. `servername`: the name of the handshake. */
export function refusalOf(
  secure: TLSSocket,
  { name }: TlsVerification,
  servername: string | undefined,
): string | undefined {
  if (!secure.authorized) {
    const words = wordsOfError(secure.authorizationError);
    return `the certificate is not good (${reasons[words] ?? words})`;
  }
  const wanted = name ?? servername;
  const certificate = secure.getPeerCertificate();
  const error = wanted === undefined ? undefined : checkServerIdentity(wanted, certificate);
  return error === undefined ? undefined : `the certificate is not for ${wanted}`;
}
