/** Whom checks look at and from where, and what they ask: things that cannot be together. */
import { type Address, familyOf } from '../../base/address.ts';
import { isDomainName } from '../../health/checkers/dns.ts';
import type { RealServer } from '../model.ts';
import type { RuleContext } from './context.ts';

const connecting = [
  'TCP_CHECK',
  'HTTP_GET',
  'SSL_GET',
  'SMTP_CHECK',
  'DNS_CHECK',
  'UDP_CHECK',
  'PING_CHECK',
  'REDIS_CHECK',
  'MYSQL_CHECK',
  'PGSQL_CHECK',
  'GRPC_CHECK',
] as const;

export function checkTargets(context: RuleContext, server: RealServer): void {
  for (const kind of connecting) {
    for (const node of server[kind]) target(context, server, node);
  }
  for (const node of server.UDP_CHECK) {
    const { require_reply: reply, min_reply_length: least, max_reply_length: most } = node;
    if (reply === undefined || reply === '' || least <= most) continue;
    context.report({
      code: 'lvs.reply-lengths-crossed',
      at: { node, key: 'min_reply_length' },
      message: `min_reply_length ${least} is above max_reply_length ${most}; the check never succeeds`,
    });
  }
  for (const node of server.DNS_CHECK) {
    if (isDomainName(node.name)) continue;
    context.report({
      code: 'lvs.domain-name-unusable',
      at: { node, key: 'name' },
      message: `"${node.name}" is no domain name; the root is asked for`,
    });
  }
}

function target(
  { report }: RuleContext,
  server: RealServer,
  node: RealServer[(typeof connecting)[number]][number],
): void {
  const address = node.connect_ip ?? server.endpoint.address;
  const { bindto } = node;
  if (bindto !== undefined && familyOf(bindto) !== familyOf(address)) {
    report({
      code: 'lvs.check-source-family',
      at: { node, key: 'bindto' },
      message: `${bindto} and ${address} are of two families; bindto is ignored`,
    });
  }
  if (!isLinkLocal(address) || node.bind_if !== undefined) return;
  report({
    code: 'lvs.check-link-local',
    absent: 'bind_if',
    at: { node },
    message: `${address} is on every link, and bind_if is missing; the check never succeeds`,
  });
}

/** fe80::/10 */
export function isLinkLocal(address: Address): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}
