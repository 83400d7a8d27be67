/** What a host must have for a tier to run, and the package that brings it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { present } from '../lab/command.ts';
import { frrFolder } from '../lab/frr.ts';
import { moduleFolder } from '../vm/kernel.ts';

export interface Requirement {
  readonly what: string;
  /** Debian's name of the package; undefined when no package helps. */
  readonly package: string | undefined;
  readonly met: () => boolean;
}

function program(name: string, fromPackage: string): Requirement {
  return { what: `the program ${name}`, package: fromPackage, met: () => present(name) };
}

const root: Requirement = {
  what: 'root, to make network namespaces',
  package: undefined,
  met: () => process.getuid?.() === 0,
};

const ip = program('ip', 'iproute2');
const ping = program('ping', 'iputils-ping');
const sysctl = program('sysctl', 'procps');

/** Tried, not looked up: a container may forbid what its root could do elsewhere. */
const cables: Requirement = {
  what: 'a kernel that makes namespaces, veth pairs and bridges',
  package: undefined,
  met: () => {
    const trial = 'ip link add name x type veth peer name y && ip link add name z type bridge';
    return !present('ip') || spawnSync('unshare', ['--net', 'sh', '-c', trial]).status === 0;
  },
};

/** For daemons in network namespaces. */
export const namespaces: readonly Requirement[] = [
  root,
  ip,
  program('nsenter', 'util-linux'),
  cables,
  program('tcpdump', 'tcpdump'),
  program('nft', 'nftables'),
  ping,
  sysctl,
];

/** For a pair whose other half is keepalived; both read the names of protocols from the host. */
export const pairs: readonly Requirement[] = [
  ...namespaces,
  program('keepalived', 'keepalived'),
  {
    what: 'the names of protocols in /etc/protocols',
    package: 'netbase',
    met: () => existsSync('/etc/protocols'),
  },
];

/** For whom a daemon tells of changes, or who looks in. */
export const counterparts: readonly Requirement[] = [
  ...pairs,
  program('dbus-daemon', 'dbus-daemon'),
  program('dbus-send', 'dbus-bin'),
  program('snmpd', 'snmpd'),
  program('snmptrapd', 'snmptrapd'),
  program('snmpwalk', 'snmp'),
];

/** For the routers that others wrote. */
export const peers: readonly Requirement[] = [
  ...counterparts,
  {
    what: "FRR's vrrpd and bfdd",
    package: 'frr',
    met: () => ['zebra', 'vrrpd', 'bfdd'].every((name) => existsSync(`${frrFolder}/${name}`)),
  },
  program('bird', 'bird2'),
  program('tshark', 'tshark'),
];

/** For machines with a kernel of their own, and the tools that read its IPVS. */
export const machines: readonly Requirement[] = [
  root,
  ip,
  ping,
  sysctl,
  program('unshare', 'util-linux'),
  program('setpriv', 'util-linux'),
  program('insmod', 'kmod'),
  program('ipvsadm', 'ipvsadm'),
  program('snmpd', 'snmpd'),
  program('snmptrapd', 'snmptrapd'),
  program('snmpwalk', 'snmp'),
  program('keepalived', 'keepalived'),
  program('bird', 'bird2'),
  program('cc', 'gcc'),
  {
    what: 'the C library’s headers',
    package: 'libc6-dev',
    met: () => existsSync('/usr/include/elf.h'),
  },
  {
    what: 'user-mode Linux',
    package: 'user-mode-linux',
    met: () => moduleFolder() !== undefined,
  },
];
