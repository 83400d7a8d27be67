/** Operations of the plane as IPVS requests, and what the kernel's refusals mean. */
import { type ServiceKey, serverName, serviceName } from '../../base/service.ts';
import type { PlaneOperation } from '../../plane.ts';
import type { PortError } from '../../ports.ts';
import {
  encodeDestination,
  encodeService,
  encodeServiceRemoval,
  IPVS_CMD_DEL_DEST,
  IPVS_CMD_NEW_DEST,
  IPVS_CMD_NEW_SERVICE,
  IPVS_CMD_SET_DEST,
  IPVS_CMD_SET_SERVICE,
  serviceKey,
} from '../../wire/ipvs.ts';
import type { NetlinkAttribute } from '../../wire/netlink.ts';
import { errnoOf } from '../ffi.ts';
import { keyMessage, serverMessage, serviceMessage } from './values.ts';

const EEXIST = errnoOf('EEXIST');
const ENOENT = errnoOf('ENOENT');
const ESRCH = errnoOf('ESRCH');
const EINVAL = errnoOf('EINVAL');
const EAFNOSUPPORT = errnoOf('EAFNOSUPPORT');
const ERANGE = errnoOf('ERANGE');

/** The payloads of the requests that carry the operations out. */
export function payloadsOf(operations: readonly PlaneOperation[]): readonly Uint8Array[] {
  let key: ServiceKey | undefined;
  let attribute: NetlinkAttribute | undefined;
  /** Servers of one service follow each other. */
  const named = (service: ServiceKey): NetlinkAttribute => {
    if (attribute === undefined || key !== service) attribute = serviceKey(keyMessage(service));
    key = service;
    return attribute;
  };
  return operations.map((operation) =>
    'key' in operation ? servicePayload(operation) : serverPayload(operation, named),
  );
}

function servicePayload(operation: Extract<PlaneOperation, { readonly key: unknown }>): Uint8Array {
  if (operation.kind === 'remove-service') return encodeServiceRemoval(keyMessage(operation.key));
  const command = operation.kind === 'add-service' ? IPVS_CMD_NEW_SERVICE : IPVS_CMD_SET_SERVICE;
  return encodeService(command, serviceMessage(operation.key, operation.settings));
}

function serverPayload(
  operation: Extract<PlaneOperation, { readonly service: unknown }>,
  named: (service: ServiceKey) => NetlinkAttribute,
): Uint8Array {
  const service = named(operation.service);
  const { address, port } = operation.server;
  switch (operation.kind) {
    case 'add-server': {
      const settings = serverMessage(operation.server);
      return encodeDestination(IPVS_CMD_NEW_DEST, service, { address, port, settings });
    }
    case 'edit-server': {
      const settings = serverMessage(operation.settings);
      return encodeDestination(IPVS_CMD_SET_DEST, service, { address, port, settings });
    }
    case 'remove-server':
      return encodeDestination(IPVS_CMD_DEL_DEST, service, { address, port, settings: undefined });
  }
}

/** What an operation changes: a service, or a server of one. */
export function targetOf(operation: PlaneOperation): string {
  if ('key' in operation) return serviceName(operation.key);
  return `${serviceName(operation.service)} ${serverName(operation.server)}`;
}

/** What makes something that is there already as it was asked for. */
export function editOf(operation: PlaneOperation): PlaneOperation | undefined {
  if (operation.kind === 'add-service') return { ...operation, kind: 'edit-service' };
  if (operation.kind !== 'add-server') return undefined;
  const { service, server } = operation;
  const { address, port, ...settings } = server;
  return { kind: 'edit-server', service, server: { address, port }, settings };
}

/** Whether a refusal means that all is as it should be, or that it is there and has to be made so. */
export function verdictOf(
  operation: PlaneOperation,
  { errno }: PortError,
): 'done' | 'present' | 'failed' {
  switch (operation.kind) {
    case 'add-service':
    case 'add-server':
      return errno === EEXIST ? 'present' : 'failed';
    case 'remove-service':
    case 'remove-server':
      return errno === ENOENT || errno === ESRCH ? 'done' : 'failed';
    default:
      return 'failed';
  }
}

/** The kernel gives a number alone: what it means here. What to do about it whoever tells it knows better. */
export function explained(operation: PlaneOperation, error: PortError): PortError {
  if (error.detail !== '') return error;
  return { ...error, detail: explanationOf(operation, error.errno) };
}

function explanationOf(operation: PlaneOperation, errno: number): string {
  if (errno === EAFNOSUPPORT) return 'this kernel has no IPVS for IPv6';
  return 'key' in operation
    ? serviceExplanation(operation, errno)
    : serverExplanation(operation, errno);
}

function serviceExplanation(
  operation: Extract<PlaneOperation, { readonly key: unknown }>,
  errno: number,
): string {
  if (errno === ESRCH) return `no virtual service ${serviceName(operation.key)} is there`;
  if (operation.kind === 'remove-service') return '';
  const { scheduler, persistence } = operation.settings;
  const engine = persistence?.engine;
  if (errno === ENOENT) {
    const orEngine = engine === undefined ? '' : `, or no persistence engine ${engine}`;
    return `this kernel has no scheduler ${scheduler}${orEngine}`;
  }
  if (errno === EINVAL) return 'the kernel does not take these settings of a service';
  return '';
}

function serverExplanation(
  { service, server }: Extract<PlaneOperation, { readonly service: unknown }>,
  errno: number,
): string {
  if (errno === ESRCH) return `no virtual service ${serviceName(service)} is there`;
  if (errno === ENOENT) return `no real server ${serverName(server)} is there`;
  if (errno === ERANGE) return 'a weight is below 0, or a lower threshold above the upper';
  if (errno === EINVAL) {
    return 'the kernel does not take these settings: another family than its service needs a tunnel, and an address must be one of a host';
  }
  return '';
}
