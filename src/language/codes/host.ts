import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;
const script = (path: string, more = ''): string =>
  `vrrp_script check {\n    script ${path}\n${more}}\n${instance('    track_script {\n        check\n    }\n')}`;

/** These depend on the host; their examples are tried on one without interfaces, users and scripts. */
export const hostCodes = {
  'host.interface-missing': {
    severity: 'error',
    title: 'an interface that this host does not have',
    meaning: 'The file names an interface, and the host has none of that name.',
    keepalived: 'keepalived does not start, unless dynamic_interfaces is written',
    cure: 'Correct the name as `ip link` shows it, or write dynamic_interfaces into global_defs if it comes later.',
    example: instance(''),
  },
  'host.interface-comes-later': {
    severity: 'note',
    title: 'an interface that is not there yet',
    meaning:
      'With dynamic_interfaces an interface may come later; until then its instance is in fault.',
    keepalived: 'keepalived waits for it too',
    cure: 'Nothing needs to be done if it comes; else correct the name.',
    example: `global_defs {\n    dynamic_interfaces\n}\n${instance('')}`,
  },
  'host.loopback': {
    severity: 'warning',
    title: 'an instance on a loopback interface',
    meaning: 'No other router can be heard on a loopback interface.',
    keepalived: 'keepalived reports it and leaves the instance out',
    cure: 'Write the interface that the other routers are reached by.',
    example: instance('').replace('eth0', 'lo'),
  },
  'host.source-missing': {
    severity: 'warning',
    title: 'a source address that this host does not have',
    meaning:
      'The instance is to send from an address that is not on this host, or not yet. It sends from it all the same; if the address is that of the other node, as in a copied file, both look like one.',
    keepalived:
      'keepalived puts the instance into fault before release 2.3.3, and sends from it since then',
    silent: true,
    cure: 'Write the own address of this host behind unicast_src_ip or mcast_src_ip, and that of the other node among the peers.',
    example: instance('    mcast_src_ip 10.0.0.77\n'),
  },
  'host.name-unknown': {
    severity: 'warning',
    title: 'a name that this host has no number for',
    meaning:
      'A table, protocol, scope, realm or transport protocol is written by a name, and neither iproute2 nor /etc/protocols of this host knows it. The route or the rule is left out.',
    keepalived: 'keepalived reports it, and drops the route or the rule',
    cure: 'Add the name to the files of iproute2 (/etc/iproute2/rt_tables and its like), or write the number.',
    example: instance('    virtual_routes {\n        192.0.2.0/24 dev eth0 table backup\n    }\n'),
  },
  'host.script-missing': {
    severity: 'warning',
    title: 'a script that does not exist',
    meaning: 'The program that the file names is not on this host, or cannot be looked at.',
    keepalived: 'keepalived reports it, and drops the tracker or the notification',
    cure: 'Install the script, or correct its path.',
    example: script('/usr/local/bin/missing'),
  },
  'host.script-not-executable': {
    severity: 'warning',
    title: 'a script that cannot be executed',
    meaning: 'The file is there and is not an executable file.',
    keepalived: 'keepalived reports it, and drops the tracker or the notification',
    cure: 'Make it executable with chmod +x.',
    example: script('/usr/local/bin/plain'),
  },
  'host.script-writable': {
    severity: 'warning',
    title: 'a script that others than root can change',
    meaning:
      'The script runs as root, and somebody else can change it or a directory on the way to it.',
    keepalived: 'keepalived refuses it with enable_script_security, and runs it without',
    silent: true,
    cure: 'Take the rights of others away from the path that the message names, or run the script as another user.',
    example: script('/usr/local/bin/writable'),
  },
  'host.user-missing': {
    severity: 'warning',
    title: 'a user that this host does not have',
    meaning: 'The file names a user for scripts, and the host has none of that name.',
    keepalived: 'keepalived reports it, and drops the scripts of that user',
    cure: 'Create the user, or correct the name.',
    example: script('/usr/local/bin/good', '    user nosuchuser\n'),
  },
} as const satisfies CodeTable;
