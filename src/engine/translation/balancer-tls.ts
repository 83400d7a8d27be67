/** TLS of checks: the one SSL block for all of them, and what each says of the certificate that it wants to see. */
import type { TlsSettings } from '../../health/checker.ts';
import type { Model, RealServer } from '../../language/model.ts';

interface Wanted {
  readonly verify: boolean;
  readonly verify_name: string | undefined;
}

/** Who the check says it is, whom it trusts, and whether it looks. */
export function trustOf(
  { SSL: client }: Model,
  { verify, verify_name: name }: Wanted,
): Omit<TlsSettings, 'sni' | 'sniName'> {
  return {
    certificate: client?.certificate,
    key: client?.key,
    password: client?.password,
    authority: client?.ca,
    ...(verify || name !== undefined ? { verify: { name } } : {}),
  };
}

type ApplicationNode = RealServer[
  | 'REDIS_CHECK'
  | 'MYSQL_CHECK'
  | 'PGSQL_CHECK'
  | 'GRPC_CHECK'][number];

/** undefined speaks in the clear: whatever says how TLS is to be says that it is. */
export function applicationTls(model: Model, node: ApplicationNode): TlsSettings | undefined {
  const { tls, verify, verify_name: wanted } = node;
  const written = 'sni_name' in node ? node.sni_name : undefined;
  const sniName = written ?? wanted;
  if (!tls && !verify && sniName === undefined) return undefined;
  return { sni: sniName !== undefined, sniName, ...trustOf(model, node) };
}
