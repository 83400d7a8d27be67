/** Signatures by Node's own cryptography, which is loaded when it is first wanted. */
import { wallTime } from '../base/units.ts';
import type { Notary } from '../ports.ts';

export interface LoadableNotary extends Notary {
  /** Takes a few milliseconds; otherwise the first signature does. */
  load(): void;
}

export function linuxNotary(): LoadableNotary {
  let crypto: typeof import('node:crypto') | undefined;
  const loaded = (): typeof import('node:crypto') => {
    crypto ??= process.getBuiltinModule('node:crypto');
    return crypto;
  };
  const hmac =
    (name: string) =>
    (key: Uint8Array, data: Uint8Array): Uint8Array =>
      loaded().createHmac(name, key).update(data).digest();
  const hmacSha256 = hmac('sha256');
  return {
    load: () => void hmacSha256(new Uint8Array(32), new Uint8Array(64)),
    hmacSha256,
    hmacMd5: hmac('md5'),
    wall: () => wallTime(Date.now() * 1_000),
  };
}
