/** What the words of a statement can have wrong against the table of keywords, whatever the keyword. */
import type { CodeTable } from './codes.ts';

export const valueCodes = {
  'language.missing-argument': {
    severity: 'error',
    title: 'a keyword without the word it needs',
    meaning: 'The keyword stands alone although it needs a value after it.',
    keepalived: 'keepalived stops with status 2 at a keyword whose argument is missing',
    cure: 'Write the value after the keyword, or remove the line.',
    example: 'vrrp_instance VI_1 {\n    interface\n    virtual_router_id 51\n}\n',
  },
  'language.absent-argument': {
    severity: 'warning',
    title: 'a keyword that is left out for want of its value',
    meaning: 'The keyword stands alone although it needs a value after it. The line is ignored.',
    keepalived: 'keepalived reports it and ignores the line; at most other keywords it stops',
    cure: 'Write the value after the keyword, or remove the line.',
    example: 'global_defs {\n    router_id\n}\n',
  },
  'language.missing-name': {
    severity: 'warning',
    title: 'a block without the name it needs',
    meaning: 'The block must be called something, and no name follows the keyword. It is skipped.',
    keepalived: 'keepalived reports it and skips the block',
    cure: 'Write a name between the keyword and the brace.',
    example: 'vrrp_instance {\n    virtual_router_id 51\n}\n',
  },
  'language.incomplete-line': {
    severity: 'warning',
    title: 'a line that ends too early',
    meaning: 'The last word of the line needs another one behind it.',
    keepalived: 'keepalived reports it and ignores the option or the line',
    cure: 'Write the missing word, or remove the one that needs it.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24 dev\n    }\n}\n',
  },
  'language.not-a-number': {
    severity: 'warning',
    title: 'a word where a number belongs',
    meaning: 'The keyword counts something, and the word after it does not begin with a digit.',
    keepalived: 'keepalived reports it and goes on as if the line were not there',
    cure: 'Write a number in the range that the message names.',
    example: 'global_defs {\n    vrrp_garp_master_repeat many\n}\n',
  },
  'language.number-with-text': {
    severity: 'warning',
    title: 'text behind a number',
    meaning:
      'The number is used; the text glued to it is ignored. Where routers must agree or elect by the number (advert_int, priority, unicast_ttl) the line is ignored, as keepalived on the other nodes ignores it.',
    keepalived:
      'keepalived reads most such numbers, ignores the rest and says so; some lines it ignores, and its configuration test ignores all of them',
    cure: 'Remove the text behind the number.',
    example: 'global_defs {\n    vrrp_garp_master_repeat 5x\n}\n',
  },
  'language.needless-prefix': {
    severity: 'warning',
    title: 'a prefix length where one address is meant',
    meaning: 'The keyword takes an address, not a network. The prefix length is ignored.',
    keepalived: 'keepalived drops the prefix length without a word',
    cure: 'Write the address alone.',
    example: 'global_defs {\n    vrrp_mcast_group4 224.0.0.18/24\n}\n',
  },
  'language.number-with-unit': {
    severity: 'warning',
    title: 'a unit that keepalived does not read',
    meaning:
      'The number is read in the unit written behind it, which is not the unit of the keyword.',
    keepalived: 'keepalived ignores the unit and counts in its own',
    cure: 'Convert the number to the unit of the keyword and write it without a unit.',
    example: 'vrrp_script check {\n    script /bin/true\n    interval 500ms\n}\n',
  },
  'language.out-of-range': {
    severity: 'warning',
    title: 'a number outside its range',
    meaning: 'The keyword does not take numbers as small or as large as this one.',
    keepalived:
      'keepalived reports it and either ignores the line or takes the nearest number allowed',
    cure: 'Write a number in the range that the message names.',
    example: 'global_defs {\n    vrrp_down_timer_adverts 500\n}\n',
  },
  'language.other-case': {
    severity: 'warning',
    title: 'a word in the wrong case',
    meaning: 'The word is one of those that the keyword takes, but in other letters.',
    keepalived: 'keepalived minds the case here and does not know the word',
    cure: 'Write the word as the message names it.',
    example: 'virtual_server 10.0.0.1 80 {\n    lb_kind dr\n}\n',
  },
  'language.unknown-choice': {
    severity: 'warning',
    title: 'a word that is not one of the choices',
    meaning: 'The keyword takes one of a few words, and this is none of them.',
    keepalived: 'keepalived reports it and takes its default',
    cure: 'Write one of the words that the message names.',
    example: 'vrrp_instance VI_1 {\n    state BACKUP|MASTER\n    virtual_router_id 51\n}\n',
  },
  'language.not-a-boolean': {
    severity: 'warning',
    title: 'a word that is neither true nor false',
    meaning: 'The keyword is switched on by true, on or yes and off by false, off or no.',
    keepalived:
      'keepalived knows only true, on, yes, false, off and no in lower case and ignores the line',
    cure: 'Write true or false.',
    example: 'global_defs {\n    vrrp_strict TRUE\n}\n',
  },
  'language.not-an-address': {
    severity: 'warning',
    title: 'a word where an address belongs',
    meaning: 'The word is not an IP address, or not one of the family that the keyword needs.',
    keepalived: 'keepalived reports it and ignores the line',
    cure: 'Write the address in numbers; host names are not resolved here.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51\n    mcast_src_ip 10.0.0.300\n}\n',
  },
  'language.dotted-mask': {
    severity: 'warning',
    title: 'a mask where a prefix length stands',
    meaning: 'The mask is understood as the prefix length that it means.',
    keepalived: 'keepalived reports it and holds the address as a host address, /32',
    cure: 'Write the prefix length: 192.0.2.1/24.',
    example:
      'vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/255.255.255.0\n    }\n}\n',
  },
  'language.mark-in-name': {
    severity: 'warning',
    title: 'a name that ends in a mark',
    meaning:
      'The word is taken as it stands, with the semicolon or comma at its end, and hardly any interface is called so.',
    keepalived: 'keepalived takes the mark for a part of the name, and finds no such interface',
    cure: 'Remove the mark: a statement ends with its line.',
    example: 'vrrp_instance VI_1 {\n    interface eth0;\n}\n',
  },
  'language.interface-name-too-long': {
    severity: 'warning',
    title: 'a name that no interface can have',
    meaning: 'Names of interfaces have at most 15 characters.',
    keepalived: 'keepalived reports it and ignores the line',
    cure: 'Write the name as `ip link` shows it.',
    example:
      'vrrp_instance VI_1 {\n    interface an_interface_of_mine\n    virtual_router_id 51\n}\n',
  },
  'language.unknown-word': {
    severity: 'warning',
    title: 'an unknown word in a line',
    meaning: 'The line has options behind its first value, and this word is none of them.',
    keepalived: 'keepalived reports the word, and depending on the line drops it or the whole line',
    cure: 'Correct the spelling or remove the word.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24 device eth0\n    }\n}\n',
  },
} as const satisfies CodeTable;
