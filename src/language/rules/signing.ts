/** Whether advertisements can be signed, and signatures checked, as the file asks. */
import { utf8Bytes } from '../../base/bytes.ts';
import { isStrict } from '../effective.ts';
import type { VrrpInstance } from '../model.ts';
import type { SigningKey } from '../values/authentication.ts';
import type { RuleContext } from './context.ts';

const shortest = 32;
const longest = 64;

type Signing = NonNullable<VrrpInstance['auth_hmac']>;

export function checkSigning({ model, report }: RuleContext): void {
  for (const instance of model.vrrp_instance) {
    const { auth_hmac: signing, name } = instance;
    if (signing === undefined) continue;
    checkKeys(signing, name, report);
    if (instance.authentication !== undefined) {
      report({
        code: 'vrrp.signing-with-authentication',
        at: { node: instance.authentication },
        message: `${name} signs its advertisements; authentication beside auth_hmac is ignored`,
      });
    }
    if (signing.mode !== 'enforce' && isStrict(model.global_defs, instance)) {
      report({
        code: 'vrrp.signing-in-strict-mode',
        at: { node: signing, key: 'mode' },
        message: `${name} runs in strict mode, which takes signed advertisements alone`,
      });
    }
  }
}

function checkKeys(signing: Signing, name: string, report: RuleContext['report']): void {
  const { key: keys, active_key: active, mode } = signing;
  const isSilent = mode === 'receive-only';
  if (keys.length === 0 || (active === undefined && !isSilent)) {
    const missing = keys.length === 0 ? 'key' : 'active_key';
    const message = `auth_hmac of ${name} lacks ${missing}`;
    report({ code: 'vrrp.signing-incomplete', at: { node: signing }, message, absent: missing });
  } else if (active !== undefined && !keys.some(({ id }) => id === active)) {
    report({
      code: 'vrrp.signing-unknown-key',
      at: { node: signing, key: 'active_key' },
      message: `${name} is to sign with key ${active}, which is not there`,
    });
  }
  for (const [index, key] of keys.entries()) {
    const at = { node: signing, key: 'key', index };
    const first = keys.findIndex(({ id }) => id === key.id);
    if (first < index) {
      const message = `${name} has two keys ${key.id}`;
      const related = [{ ...at, index: first, label: 'the first one' }];
      report({ code: 'vrrp.signing-duplicate-key', at, message, related });
    }
    const problem = problemOf(key);
    if (problem !== undefined) {
      const message = `key ${key.id} of ${name} ${problem}`;
      report({ code: 'vrrp.signing-key-length', at, message });
    }
  }
}

function problemOf({ secret }: SigningKey): string | undefined {
  switch (secret.kind) {
    case 'file':
      return undefined;
    case 'text':
      return lengthProblem(utf8Bytes(secret.text).length);
    case 'hex':
      if (!/^([\da-fA-F]{2})*$/.test(secret.digits)) return 'is not written in pairs of digits';
      return lengthProblem(secret.digits.length / 2);
  }
}

function lengthProblem(length: number): string | undefined {
  return length >= shortest && length <= longest ? undefined : `has ${length} bytes`;
}
