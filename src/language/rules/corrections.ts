/** What of a service is used otherwise than it is written, or not at all: keepalived's corrections, and ours. */
import { type Address, type Family, familyOf } from '../../base/address.ts';
import { type ServiceKey, serviceName } from '../../base/service.ts';
import type { Model, VirtualServer } from '../model.ts';
import { methodOf, sorryMethod } from '../services/family.ts';
import { groupsOf, keysOf } from '../services/keys.ts';
import { addressesIn, mostAddresses } from '../services/range.ts';
import type { RuleContext } from './context.ts';
import { ordinaryServices } from './ordinary.ts';
import { nameOf } from './service-name.ts';

export function checkCorrections(context: RuleContext): void {
  const { model } = context;
  if (model.virtual_server.length === 0) return;
  for (const group of model.virtual_server_group) ranges(context, group);
  const groups = groupsOf(model);
  const ordinary = ordinaryServices(model);
  const owners = new Map<string, Owner>();
  for (const node of model.virtual_server) {
    const keys = keysOf(node, groups);
    const isOrdinary = ordinary.has(node);
    repeated(context, node, keys, owners);
    families(context, node, keys, isOrdinary);
    persistence(context, node, keys);
    if (node.ha_suspend && keys.some(({ kind }) => kind === 'mark')) {
      context.report({
        code: 'lvs.suspend-without-address',
        at: { node, key: 'ha_suspend' },
        message: `${nameOf(node)} is a service by firewall mark; ha_suspend is ignored`,
      });
    }
    if (!isOrdinary) thresholds(context, node);
  }
}

function ranges({ report }: RuleContext, node: Model['virtual_server_group'][number]): void {
  for (const [index, member] of node.members.entries()) {
    if (member.kind !== 'addresses' || addressesIn(member.range) !== undefined) continue;
    report({
      code: 'lvs.range-unusable',
      at: { node, key: 'members', index },
      message: `${member.range} ends before it begins, or has more than ${mostAddresses} addresses; it is left out`,
    });
  }
}

interface Owner {
  readonly node: VirtualServer;
  keys: number;
}

function repeated(
  { report }: RuleContext,
  node: VirtualServer,
  keys: readonly ServiceKey[],
  owners: Map<string, Owner>,
): void {
  const self: Owner = { node, keys: 0 };
  const shared: Owner[] = [];
  for (const key of keys) {
    const name = serviceName(key);
    const before = owners.get(name);
    if (before !== undefined) shared.push(before);
    else {
      owners.set(name, self);
      self.keys += 1;
    }
  }
  const [first] = shared;
  if (first === undefined) return;
  const isWhole = shared.filter((owner) => owner === first).length === first.keys;
  const what =
    keys.length === 1 ? 'is there already' : `shares ${shared.length} of its addresses and marks`;
  report({
    code: 'lvs.service-repeated',
    at: { node },
    message: `${nameOf(node)} ${what}; ${isWhole ? 'its servers join those of the first virtual_server, and what else that says holds for all' : 'there the servers of the first virtual_server alone are used'}`,
    related: [{ node: first.node, label: 'first written here' }],
  });
}

/** One complaint for all servers of a service, which are of one family where it is an ordinary one. */
function families(
  context: RuleContext,
  node: VirtualServer,
  keys: readonly ServiceKey[],
  isOrdinary: boolean,
): void {
  const served = servedFamily(keys);
  // A group that is not there, or has nothing in it, is told of elsewhere.
  if (served === undefined) return;
  const fits = (address: Address) => familyOf(address) === served;
  const [any] = node.real_server;
  if (!isOrdinary || (any !== undefined && !fits(any.endpoint.address)))
    strangers(context, node, fits);
  const { sorry_server: sorry } = node;
  if (sorry === undefined || fits(sorry.address) || sorryMethod(node).kind === 'TUN') return;
  context.report({
    code: 'lvs.family-of-server',
    at: { node, key: 'sorry_server' },
    message: `the sorry server ${sorry.address} is of another family than ${nameOf(node)} and is left out`,
  });
}

/** The family of all keys together; undefined without keys and where they are of both. */
function servedFamily(keys: readonly ServiceKey[]): Family | undefined {
  let served: Family | undefined;
  for (const key of keys) {
    const family = familyOfKey(key);
    if (served !== undefined && family !== served) return undefined;
    served = family;
  }
  return served;
}

function familyOfKey(key: ServiceKey): Family {
  return key.kind === 'mark' ? key.family : familyOf(key.address);
}

function strangers(
  { report }: RuleContext,
  node: VirtualServer,
  fits: (address: Address) => boolean,
): void {
  const strange = node.real_server.filter(
    (server) => !fits(server.endpoint.address) && methodOf(node, server).kind !== 'TUN',
  );
  const [first] = strange;
  if (first === undefined) return;
  const others = strange.length > 1 ? ` (and so are ${strange.length - 1} others)` : '';
  const isAll = strange.length === node.real_server.length;
  report({
    code: 'lvs.family-of-server',
    at: { node: first },
    message: `${first.endpoint.address} is of another family than ${nameOf(node)} and is left out${others}${isAll ? '; the service has no servers' : ''}`,
  });
}

function persistence(
  { report }: RuleContext,
  node: VirtualServer,
  keys: readonly ServiceKey[],
): void {
  const { persistence_granularity: granularity, persistence_engine: engine } = node;
  if (granularity !== undefined && !isNetwork(granularity, widestOf(keys))) {
    report({
      code: 'lvs.granularity-unusable',
      at: { node, key: 'persistence_granularity' },
      message: `${granularity} is no network; every address counts for itself`,
    });
  }
  if (node.persistence_timeout !== undefined) return;
  if (keys.some((key) => key.kind === 'address' && key.port === 0)) {
    report({
      code: 'lvs.every-port',
      absent: 'persistence_timeout',
      at: { node },
      message: `${nameOf(node)} is for every port, which needs persistence; 360 seconds are used`,
    });
  } else if (granularity !== undefined) {
    report({
      code: 'lvs.persistence-unsaid',
      absent: 'persistence_timeout',
      at: { node, key: 'persistence_granularity' },
      message: `${nameOf(node)} has no persistence_timeout; 360 seconds are used`,
    });
  } else if (engine !== undefined) {
    report({
      code: 'lvs.persistence-unsaid',
      absent: 'persistence_timeout',
      at: { node, key: 'persistence_engine' },
      message: `${nameOf(node)} has no persistence_timeout, so ${engine} has nothing to tie`,
    });
  }
}

/** Of the addresses of a service, in bits. */
function widestOf(keys: readonly ServiceKey[]): 32 | 128 {
  return keys.some((key) => familyOfKey(key) === 'ipv6') ? 128 : 32;
}

/** A prefix length, or a mask of ones before zeros. */
function isNetwork(written: string, widest: number): boolean {
  if (/^\d+$/.test(written)) return Number(written) >= 1 && Number(written) <= widest;
  const octets = written.split('.').map(Number);
  if (octets.length !== 4 || octets.some((octet) => !(octet <= 255))) return false;
  return /^1+0*$/.test(octets.map((octet) => octet.toString(2).padStart(8, '0')).join(''));
}

function thresholds({ report }: RuleContext, node: VirtualServer): void {
  for (const server of node.real_server) {
    const { uthreshold: upper, lthreshold: lower } = server;
    if (lower === 0 || lower < upper) continue;
    report({
      code: 'lvs.thresholds-crossed',
      at: { node: server, key: 'lthreshold' },
      message:
        upper === 0
          ? `lthreshold ${lower} does nothing without uthreshold`
          : `lthreshold ${lower} is not below uthreshold ${upper}`,
    });
  }
}
