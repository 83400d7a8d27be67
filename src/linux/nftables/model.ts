/** What our tables hold, as values, and what operations make of it. */
import { failure, type Outcome, success } from '../../base/outcome.ts';
import {
  type Server,
  type Service,
  type ServiceKey,
  serverName,
  serviceName,
} from '../../base/service.ts';
import type { PlaneOperation } from '../../plane.ts';
import type { PortError } from '../../ports.ts';
import { refusal } from '../../wire/nftables/service-change.ts';
import { errnoOf, portError } from '../ffi.ts';

export type Services = Map<string, Service>;

export function nameOf(operation: PlaneOperation): string {
  return serviceName('key' in operation ? operation.key : operation.service);
}

/** A service in the making. */
interface Draft {
  readonly service: Service;
  readonly servers: Map<string, Server>;
}

/** What operations make of `held`: the services that they name, and why some of them cannot be carried out. */
export interface Changes {
  /** Undefined is a service that is not to be. */
  readonly services: ReadonlyMap<string, Service | undefined>;
  /** One for each operation. */
  readonly refused: readonly (PortError | undefined)[];
}

export function changesOf(
  held: ReadonlyMap<string, Service>,
  operations: readonly PlaneOperation[],
): Changes {
  const drafts = new Map<string, Draft | undefined>();
  const refused = operations.map((operation) => {
    const name = nameOf(operation);
    if (!drafts.has(name)) drafts.set(name, draftOf(held.get(name)));
    const outcome = change(name, drafts.get(name), operation);
    if (!outcome.ok) return outcome.error;
    drafts.set(name, outcome.value);
    return undefined;
  });
  const services = new Map(
    [...drafts].map(([name, draft]) => [
      name,
      draft === undefined ? undefined : { ...draft.service, servers: [...draft.servers.values()] },
    ]),
  );
  return { services, refused };
}

function draftOf(service: Service | undefined): Draft | undefined {
  if (service === undefined) return undefined;
  return { service, servers: new Map(service.servers.map((one) => [serverName(one), one])) };
}

function change(
  name: string,
  draft: Draft | undefined,
  operation: PlaneOperation,
): Outcome<Draft | undefined, PortError> {
  if (operation.kind === 'remove-service') return success(undefined);
  if (operation.kind === 'add-service') {
    const { key, settings } = operation;
    const servers = draft?.servers ?? new Map<string, Server>();
    return success({ service: { ...settings, key, servers: [] }, servers });
  }
  if (draft === undefined) {
    return operation.kind === 'remove-server' ? success(undefined) : failure(absent(name));
  }
  switch (operation.kind) {
    case 'edit-service':
      return success({
        ...draft,
        service: { ...operation.settings, key: draft.service.key, servers: [] },
      });
    case 'add-server':
      return put(draft, operation.server);
    case 'edit-server': {
      const server = serverName(operation.server);
      if (!draft.servers.has(server)) return failure(absent(`${server} of ${name}`));
      return put(draft, { ...operation.server, ...operation.settings });
    }
    case 'remove-server':
      draft.servers.delete(serverName(operation.server));
      return success(draft);
  }
}

function put(draft: Draft, wanted: Server): Outcome<Draft, PortError> {
  const refused = refusal(draft.service.key, wanted);
  if (refused !== undefined) return failure(unsupported(refused));
  const { address, port, forwarding, weight, upper, lower } = wanted;
  const server = { address, port, forwarding, weight, upper, lower };
  draft.servers.set(serverName(server), server);
  return success(draft);
}

function absent(what: string): PortError {
  return portError(errnoOf('ENOENT'), `nftables holds no ${what}: add it first`);
}

/** The number has two names; this is the one that speaks of operations. */
export function unsupported(detail: string): PortError {
  return { ...portError(errnoOf('EOPNOTSUPP'), detail), code: 'EOPNOTSUPP' };
}

export interface Leaving {
  readonly service: ServiceKey;
  readonly server: Server;
}

/** Servers that connection tracking sends datagrams to, and that are not to be any more. */
export function leaving(
  held: ReadonlyMap<string, Service>,
  services: Changes['services'],
): readonly Leaving[] {
  return [...services].flatMap(([name, after]) => {
    const before = held.get(name);
    if (before === undefined) return [];
    const { key } = before;
    if (key.kind === 'address' && key.protocol !== 'udp') return [];
    const kept = new Set(after?.servers.map(serverName));
    return before.servers
      .filter((server) => server.forwarding.kind === 'nat' && !kept.has(serverName(server)))
      .map((server) => ({ service: key, server }));
  });
}

/** The kernel seldom says more than a number. */
export function explained(error: PortError): PortError {
  if (error.detail !== '') return error;
  const detail =
    error.code === 'ENOENT' || error.code === 'EOPNOTSUPP' || error.code === 'ENOTSUP'
      ? `this kernel may lack a part of nf_tables: try modprobe for each of ${MODULES}`
      : 'nf_tables has refused the change: `nft list ruleset` shows what stands there';
  return { ...error, detail };
}

const MODULES =
  'nft_chain_nat, nft_ct, nft_nat, nft_masq, nft_hash, nft_numgen, nft_reject_ipv4, nft_reject_ipv6, nft_dup_ipv4, nft_dup_ipv6';
