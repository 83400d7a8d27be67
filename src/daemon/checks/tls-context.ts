/** What OpenSSL is set up with: made once for each configuration, since it costs a millisecond. */
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { TlsSettings } from '../../health/checker.ts';
import { wordsOfError } from './error-words.ts';

interface Refused {
  readonly refused: string;
}

/** The files of the SSL block, under the names that Node knows them by. */
export interface Material {
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly passphrase?: string;
  readonly ca?: Buffer | string[];
}

const kept = new WeakMap<TlsSettings, SecureContext>();
let plain: SecureContext | undefined;
let hostTrusts: SecureContext | undefined;

export function contextOf(settings: TlsSettings): SecureContext | Refused {
  const { certificate, key, authority, verify } = settings;
  if (certificate === undefined && key === undefined && authority === undefined) {
    if (verify === undefined) {
      plain ??= createSecureContext();
      return plain;
    }
    hostTrusts ??= createSecureContext({ ca: authoritiesOfHost() });
    return hostTrusts;
  }
  const known = kept.get(settings);
  if (known !== undefined) return known;
  // Files that could not be read are tried again at the next check.
  const made = make(settings);
  if (!('refused' in made)) kept.set(settings, made);
  return made;
}

function make(settings: TlsSettings): SecureContext | Refused {
  const material = materialOf(settings);
  return 'refused' in material ? material : attempt(() => createSecureContext(material));
}

export function materialOf({
  certificate,
  key,
  password,
  authority,
  verify,
}: TlsSettings): Material | Refused {
  const isHostAsked = authority === undefined && verify !== undefined;
  return attempt(() => ({
    ...(isHostAsked ? { ca: authoritiesOfHost() } : {}),
    ...(certificate === undefined ? {} : { cert: readFileSync(certificate) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
    ...(password === undefined ? {} : { passphrase: password }),
    ...(authority === undefined ? {} : { ca: readFileSync(authority) }),
  }));
}

/** Node's own list is another than the host's, which its operator has added to. */
function authoritiesOfHost(): string[] {
  const system = getCACertificates('system');
  // Each is there twice: in a file of all, and in a folder of one each.
  return system.length > 0 ? [...new Set(system)] : getCACertificates('bundled');
}

function attempt<Made>(making: () => Made): Made | Refused {
  try {
    return making();
  } catch (error) {
    return { refused: `the files of the SSL block cannot be used: ${wordsOfError(error)}` };
  }
}
