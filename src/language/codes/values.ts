/** What the values of this language can have wrong, beyond what values of any language can. */
import type { CodeTable } from '../../config/codes.ts';

const inInstance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n${lines}}\n`;

export const languageValueCodes = {
  'language.separate-prefix': {
    severity: 'warning',
    title: 'a blank before the prefix length',
    meaning:
      'The prefix length stands apart from its address and is understood as belonging to it.',
    keepalived:
      'keepalived reports the prefix length as an unknown word and gives the address the length 32 or 128',
    cure: 'Remove the blank.',
    example: inInstance('    virtual_ipaddress {\n        192.168.200.17 /24\n    }\n'),
  },
  'language.label-too-long': {
    severity: 'warning',
    title: 'a label that the kernel cannot hold',
    meaning: 'The address is put on the interface without its label.',
    keepalived: 'keepalived leaves the whole address out',
    cure: 'Shorten the label to 15 characters.',
    example: inInstance(
      '    virtual_ipaddress {\n        192.0.2.1/24 label eth0:frontend-web\n    }\n',
    ),
  },
  'language.unquoted-command': {
    severity: 'warning',
    title: 'a command with arguments but without quotes',
    meaning: 'The words behind the command are understood as its arguments.',
    keepalived:
      'keepalived takes words behind an unquoted command for a user and a group, or drops them',
    silent: true,
    cure: 'Put the command and its arguments into one pair of double quotes.',
    example: 'vrrp_script check {\n    script /usr/bin/pgrep -x haproxy\n}\n',
  },
  'language.shell-expression': {
    severity: 'warning',
    title: 'a command that only a shell understands',
    meaning:
      'The command uses operators, substitutions, patterns or words of the shell, and is run by /bin/sh -c.',
    keepalived:
      'releases before 2.0 ran every command in a shell; since then operators and patterns are handed to the program as ordinary arguments, and a command that begins with a word of the shell, such as [[ or cd, is disabled as not found',
    silent: true,
    cure: 'Put the expression into a script file and name that file, so that every version runs the same.',
    example:
      'vrrp_script check {\n    script "[[ -f /etc/keepalived/down ]] && exit 1 || exit 0"\n}\n',
  },
  'language.wrong-form': {
    severity: 'warning',
    title: 'a word of the wrong form',
    meaning: 'The option takes a word of a certain form, and this one is not.',
    keepalived: 'keepalived reports it and ignores the option or the line',
    cure: 'Write a word of the form that the message names.',
    example: inInstance(
      '    virtual_rules {\n        from 192.0.2.0/24 dport 80 preference 9\n    }\n',
    ),
  },
  'language.unusable-line': {
    severity: 'warning',
    title: 'a route or a rule that contradicts itself',
    meaning:
      'Every word of the line can be read, but together they cannot be had: IPv4 and IPv6 are mixed, a rule does nothing or several things, or it goes to a rule before itself. The line is left out.',
    keepalived: 'keepalived reports it and leaves the line out',
    cure: 'Write one family, and one action: a table, or goto, blackhole, unreachable, prohibit or nop.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    virtual_rules {\n        from 192.0.2.0/24 preference 50\n    }\n}\n',
  },
  'language.route-without-destination': {
    severity: 'warning',
    title: 'a route that leads nowhere',
    meaning: 'The line has no destination, so no route can be made of it.',
    keepalived: 'keepalived reports it and ignores the line',
    cure: 'Write a destination such as 198.51.100.0/24 or default.',
    example: inInstance('    virtual_routes {\n        via 192.0.2.2 dev eth1\n    }\n'),
  },
  'language.not-a-service': {
    severity: 'warning',
    title: 'a header that names no service',
    meaning:
      'A virtual server is an address with a port, fwmark with a number, or group with a name.',
    keepalived: 'keepalived reports it and skips the block',
    cure: 'Write an IP address and a port, fwmark and a number, or group and a name.',
    example: 'virtual_server web.example.org 80 {\n    delay_loop 5\n}\n',
  },
  'vrrp.password-too-long': {
    severity: 'warning',
    title: 'a password longer than the protocol carries',
    meaning: 'VRRP version 2 has room for eight bytes of password. The rest is cut off.',
    keepalived: 'keepalived cuts it too and says so',
    cure: 'Shorten the password to 8 characters on every router.',
    example: inInstance(
      '    authentication {\n        auth_type PASS\n        auth_pass secret12345\n    }\n',
    ),
  },
} as const satisfies CodeTable;
