/** Whether advertisements can be authenticated as the file asks. */
import { familyOfInstance, isStrict, versionOf } from '../effective.ts';
import type { RuleContext } from './context.ts';

export function checkAuthentication({ model, report }: RuleContext): void {
  for (const node of model.vrrp_instance) {
    const { authentication: written, name } = node;
    if (written === undefined || isStrict(model.global_defs, node)) continue;
    if (versionOf(model.global_defs, node) === 3) {
      report({
        code: 'vrrp.authentication-with-version-3',
        at: { node: written },
        message: `${name} runs version 3, which has no authentication; the block is ignored`,
      });
    } else if (written.auth_type === undefined || written.auth_pass === undefined) {
      const missing = written.auth_type === undefined ? 'auth_type' : 'auth_pass';
      report({
        code:
          written.auth_type === undefined
            ? 'vrrp.authentication-without-type'
            : 'vrrp.authentication-incomplete',
        at: { node: written },
        absent: missing,
        message: `authentication of ${name} lacks ${missing}; nothing is authenticated`,
      });
    } else if (written.auth_type === 'AH' && familyOfInstance(node) === 'ipv6') {
      report({
        code: 'vrrp.authentication-header',
        at: { node: written, key: 'auth_type' },
        message: `${name} speaks IPv6, where there is no auth_type AH; nothing is authenticated`,
      });
    }
  }
}
