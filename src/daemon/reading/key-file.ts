/** Keys of `auth_hmac` that stand in files: the failover process reads none, so they are read with the configuration. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { Model } from '../../language/model.ts';
import type { SigningKey } from '../../language/values/authentication.ts';

/** More than any key has, so that a wrong file is not read whole. */
const longest = 4_096;

/** The model with every key in it, or a sentence for each file that cannot be used. */
export function withKeysInline(model: Model): Outcome<Model, readonly string[]> {
  if (!model.vrrp_instance.some(hasKeyFile)) return success(model);
  const problems: string[] = [];
  const vrrp_instance = model.vrrp_instance.map((instance) => {
    if (instance.auth_hmac === undefined) return instance;
    const key = instance.auth_hmac.key.flatMap((written) => {
      const found = inline(written);
      if (typeof found !== 'string') return [found];
      problems.push(`${instance.name}: key ${written.id} of auth_hmac: ${found}`);
      return [];
    });
    return { ...instance, auth_hmac: { ...instance.auth_hmac, key } };
  });
  return problems.length > 0 ? failure(problems) : success({ ...model, vrrp_instance });
}

function hasKeyFile({ auth_hmac: signing }: Model['vrrp_instance'][number]): boolean {
  return signing?.key.some(({ secret }) => secret.kind === 'file') ?? false;
}

/** The key, or what is wrong with its file. */
function inline(written: SigningKey): SigningKey | string {
  const { id, secret } = written;
  if (secret.kind !== 'file') return written;
  const content = contentOf(secret.path);
  if (!content.ok) return content.error;
  const text = content.value.replace(/\r?\n$/, '');
  if (!text.startsWith('hex:')) {
    const { length } = Buffer.from(text);
    if (length < 32 || length > 64) return `${secret.path} holds ${length} bytes: write 32 to 64`;
    return { id, secret: { kind: 'text', text } };
  }
  const digits = text.slice(4);
  if (/^([\da-fA-F]{2}){32,64}$/.test(digits)) return { id, secret: { kind: 'hex', digits } };
  return `${secret.path} does not hold 64 to 128 hexadecimal digits behind hex:`;
}

function contentOf(path: string): Outcome<string, string> {
  try {
    const descriptor = openSync(path, 'r');
    try {
      if ((fstatSync(descriptor).mode & 0o077) !== 0) {
        return failure(`others may read ${path}: chmod 600 ${path}`);
      }
      const bytes = Buffer.alloc(longest);
      return success(bytes.toString('utf8', 0, readSync(descriptor, bytes)));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return failure(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
