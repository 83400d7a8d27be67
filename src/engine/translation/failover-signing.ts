/** `auth_hmac`: who signs with which key, and whose signature is believed. */
import { utf8Bytes } from '../../base/bytes.ts';
import { type Duration, seconds, times } from '../../base/units.ts';
import { intervalOf, isStrict } from '../../language/effective.ts';
import type { GlobalDefs, VrrpInstance } from '../../language/model.ts';
import type { SigningKey as WrittenKey } from '../../language/values/authentication.ts';
import type { InstanceModel, SigningKey } from '../model.ts';

const shortestWindow = seconds(5);
const longestWindow = seconds(300);

/** Keys that stand in files must have been read before (`withKeysInline`). */
export function signingModel(
  global: GlobalDefs,
  instance: VrrpInstance,
): Pick<InstanceModel, 'signing'> {
  const { auth_hmac: written } = instance;
  if (written === undefined || written.key.length === 0) return {};
  const { mode } = written;
  return {
    signing: {
      keys: written.key.flatMap(signingKey),
      activeKey: mode === 'receive-only' ? undefined : written.active_key,
      window: written.anti_replay === 'monotonic' ? undefined : windowOf(global, instance),
      mode: isStrict(global, instance) ? 'enforce' : mode,
    },
  };
}

function windowOf(global: GlobalDefs, instance: VrrpInstance): Duration {
  const three = times(intervalOf(global, instance), 3);
  const usual = Math.min(Math.max(three, shortestWindow), longestWindow) as Duration;
  return instance.auth_hmac?.time_window ?? usual;
}

function signingKey({ id, secret }: WrittenKey): readonly SigningKey[] {
  switch (secret.kind) {
    case 'hex':
      return [{ id, hex: secret.digits }];
    case 'text':
      return [{ id, hex: hexOf(utf8Bytes(secret.text)) }];
    case 'file':
      return [];
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
