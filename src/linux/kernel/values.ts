/** Between rtnetlink's values and those of the kernel port. */
import type {
  AddressFlag,
  AddressScope,
  Link,
  LinkAddress,
  LinkIndex,
  WantedAddress,
} from '../../ports.ts';
import {
  type AddressMessage,
  IFA_F_DADFAILED,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_OPTIMISTIC,
  IFA_F_TENTATIVE,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_RUNNING,
  IFF_UP,
  INFINITE_LIFETIME,
  type LinkMessage,
} from '../../wire/rtnetlink.ts';

/**
 * The mark in IFA_PROTO of every address that Holdfast adds: the letter H. The kernel itself uses 1 to 3, and nobody
 * hands out the others.
 */
const ADDRESS_PROTOCOL = 0x48;

const SCOPES = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;
const SCOPE_NAMES = new Map<number, AddressScope>(
  Object.entries(SCOPES).map(([name, number]) => [number, name as keyof typeof SCOPES]),
);

const FLAGS: Readonly<Record<AddressFlag, number>> = {
  nodad: IFA_F_NODAD,
  optimistic: IFA_F_OPTIMISTIC,
  home: IFA_F_HOMEADDRESS,
  mngtmpaddr: IFA_F_MANAGETEMPADDR,
  noprefixroute: IFA_F_NOPREFIXROUTE,
};

export function linkOf(message: LinkMessage): Link {
  const { flags, kind, master, table } = message;
  return {
    index: message.index as LinkIndex,
    name: message.name,
    up: (flags & IFF_UP) !== 0,
    running: (flags & IFF_RUNNING) !== 0,
    noArp: (flags & IFF_NOARP) !== 0,
    multicast: (flags & IFF_MULTICAST) !== 0,
    loopback: (flags & IFF_LOOPBACK) !== 0,
    mtu: message.mtu,
    mac: message.mac,
    parent: message.parent === undefined ? undefined : (message.parent as LinkIndex),
    ...(kind === undefined ? {} : { kind }),
    ...(master === undefined ? {} : { master: master as LinkIndex }),
    ...(table === undefined ? {} : { table }),
  };
}

export function linkAddressOf(message: AddressMessage): LinkAddress {
  return {
    link: message.link as LinkIndex,
    address: message.address,
    prefix: message.prefix,
    scope: SCOPE_NAMES.get(message.scope) ?? message.scope,
    label: message.label,
    broadcast: message.broadcast,
    peer: message.peer,
    tentative: (message.flags & IFA_F_TENTATIVE) !== 0,
    duplicate: (message.flags & IFA_F_DADFAILED) !== 0,
    protocol: message.protocol,
  };
}

export function wantedMessage(wanted: WantedAddress): AddressMessage {
  let flags = 0;
  for (const flag of wanted.flags) flags |= FLAGS[flag];
  const valid = wanted.lifetime ?? INFINITE_LIFETIME;
  // The kernel refuses an address that stays preferred longer than it is valid.
  const preferred = Math.min(wanted.preferred ?? valid, valid);
  return {
    link: wanted.link,
    address: wanted.address,
    prefix: wanted.prefix,
    scope: typeof wanted.scope === 'number' ? wanted.scope : SCOPES[wanted.scope],
    flags,
    label: wanted.label,
    broadcast: wanted.broadcast,
    peer: wanted.peer,
    lifetime: { preferred, valid },
    protocol: ADDRESS_PROTOCOL,
  };
}

/** What makes two addresses the same. */
export function addressKey(address: {
  readonly link: LinkIndex;
  readonly address: string;
  readonly prefix: number;
}): string {
  return `${address.link} ${address.address}/${address.prefix}`;
}
