/** What OpenSSL is set up with: made once for each configuration, since it costs a millisecond. */
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsSettings } from '../../health/checker.ts';
import { wordsOfError } from './error-words.ts';

type Context = SecureContext | { readonly refused: string };

const kept = new WeakMap<TlsSettings, Context>();
let plain: SecureContext | undefined;

export function contextOf(settings: TlsSettings): Context {
  const { certificate, key, password, authority } = settings;
  if (certificate === undefined && key === undefined && authority === undefined) {
    plain ??= createSecureContext();
    return plain;
  }
  const context = kept.get(settings) ?? make({ certificate, key, password, authority });
  kept.set(settings, context);
  return context;
}

function make({
  certificate,
  key,
  password,
  authority,
}: Omit<TlsSettings, 'sni' | 'sniName' | 'verify'>): Context {
  try {
    return createSecureContext({
      ...(certificate === undefined ? {} : { cert: readFileSync(certificate) }),
      ...(key === undefined ? {} : { key: readFileSync(key) }),
      ...(password === undefined ? {} : { passphrase: password }),
      ...(authority === undefined ? {} : { ca: readFileSync(authority) }),
    });
  } catch (error) {
    return { refused: `the files of the SSL block cannot be used: ${wordsOfError(error)}` };
  }
}
