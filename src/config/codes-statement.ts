/** What a statement can have wrong as a whole: its keyword, its place, its block. */
import type { CodeTable } from './codes.ts';

export const statementCodes = {
  'language.unknown-keyword': {
    severity: 'warning',
    title: 'a keyword that nobody knows',
    meaning:
      'The word at the start of the line is no keyword. The line, or the block it opens, is skipped.',
    keepalived:
      'keepalived reports it and skips the line; the lines of an unknown block are taken for lines of the block around it, which then ends early',
    cure: 'Correct the spelling, or remove the line.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51\n    priorty 100\n}\n',
  },
  'language.misplaced-keyword': {
    severity: 'warning',
    title: 'a keyword in the wrong block',
    meaning:
      'The keyword exists, but not in this block. The line, or the block it opens, is skipped.',
    keepalived: 'keepalived calls it an unknown keyword and skips the line',
    cure: 'Move it into the block that the message names.',
    example: 'global_defs {\n    virtual_router_id 51\n}\n',
  },
  'language.extra-words': {
    severity: 'warning',
    title: 'words after a complete statement',
    meaning: 'The statement ends before these words, which mean nothing there and are ignored.',
    keepalived: 'keepalived ignores them and does not say so',
    silent: true,
    cure: 'Remove the words, or put them on a line of their own if they were meant as a statement.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51 50\n}\n',
  },
  'language.joined-statements': {
    severity: 'warning',
    title: 'several statements on one line',
    meaning:
      'The words after the first statement form further statements of the same block. All of them are used.',
    keepalived:
      'keepalived uses only the first statement of a line and ignores the others without a word',
    silent: true,
    cure: 'Write one statement on each line.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51 priority 100\n}\n',
  },
  'language.joined-entries': {
    severity: 'warning',
    title: 'several entries on one line',
    meaning: 'The block holds one entry on each line; this line holds more. All of them are used.',
    keepalived: 'keepalived takes the first entry of a line and ignores or refuses the others',
    cure: 'Write one entry on each line.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24 10.0.0.2/24\n    }\n}\n',
  },
  'language.flag-argument': {
    severity: 'warning',
    title: 'a value after a keyword that takes none',
    meaning:
      'The keyword switches something on by being there. What stands after it is ignored, even "false".',
    keepalived: 'keepalived ignores the word and switches the keyword on',
    cure: 'Remove the word; to leave the keyword off, remove the line.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51\n    nopreempt false\n}\n',
  },
  'language.false-ignored': {
    severity: 'warning',
    title: 'a switch that keepalived cannot switch off',
    meaning:
      'The line says false and is understood so. keepalived switches the keyword on whatever is written.',
    keepalived: 'keepalived switches it on as soon as the keyword is there',
    cure: 'Remove the line, so that both read it the same way.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51\n    skip_check_adv_addr false\n}\n',
  },
  'language.missing-block': {
    severity: 'warning',
    title: 'a block keyword without its braces',
    meaning:
      'The keyword opens a block, and no brace follows. The words on its line are taken as the contents.',
    keepalived:
      'keepalived reports the missing brace and takes the lines that follow, up to the next closing brace, as the contents',
    cure: 'Put the contents into braces.',
    example: 'global_defs {\n    notification_email ops@example.org\n}\n',
  },
  'language.unexpected-block': {
    severity: 'warning',
    title: 'a block after a keyword that has none',
    meaning: 'The keyword takes words, not a block. The block is skipped.',
    keepalived: 'keepalived reports the brace, and the closing one ends the block around it',
    cure: 'Remove the braces, or use the keyword that opens such a block.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51 {\n    }\n}\n',
  },
  'language.duplicate-block': {
    severity: 'warning',
    title: 'a second block of the same name',
    meaning:
      'Two blocks of one kind carry the same name. The first is used, the second is skipped.',
    keepalived: 'keepalived reports the second one and ignores it',
    cure: 'Give each block a name of its own, or merge the two.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n}\nvrrp_instance VI_1 {\n    virtual_router_id 52\n}\n',
  },
  'language.repeated-block': {
    severity: 'warning',
    title: 'a block written twice',
    meaning:
      'There is only one block of this kind here. What the second says is added to the first, and wins where both say something.',
    keepalived:
      'keepalived replaces the first block by the second, or adds to it, depending on the block',
    cure: 'Put everything into one block.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    authentication {\n        auth_type PASS\n    }\n    authentication {\n        auth_pass secret\n    }\n}\n',
  },
  'language.empty-block': {
    severity: 'warning',
    title: 'a block with nothing in it',
    meaning: 'The block is there to hold entries, and holds none.',
    keepalived: 'keepalived reports it for some blocks and is silent about others',
    cure: 'Write the entries, or remove the block.',
    example: 'global_defs {\n    notification_email {\n    }\n}\n',
  },
  'language.repeated-list': {
    severity: 'warning',
    title: 'a list written twice',
    meaning: 'There is only one such list in this block. The first is kept.',
    keepalived:
      'keepalived reports it, keeps the first, and takes the brace that ends the second for the end of the block around it: what follows is lost',
    cure: 'Write all entries into one block.',
    example:
      'vrrp_sync_group G {\n    group {\n        VI_1\n    }\n    group {\n        VI_2\n    }\n}\n',
  },
  'language.repeated-keyword': {
    severity: 'warning',
    title: 'a keyword written twice',
    meaning:
      'The keyword stands twice in one block with different values, and only one of them can count.',
    keepalived:
      'keepalived takes the last value of most keywords, and the first of some, often without a word',
    silent: true,
    cure: 'Remove the line that is not meant.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    priority 100\n    priority 150\n}\n',
  },
  'language.deprecated': {
    severity: 'warning',
    title: 'a keyword that was given up',
    meaning: 'The keyword still works and has a newer name or a better replacement.',
    keepalived: 'keepalived accepts it and reports that it is deprecated',
    cure: 'Write what the message names instead.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 51\n    linkbeat_use_polling\n}\n',
  },
  'language.no-effect-yet': {
    severity: 'note',
    title: 'accepted, has no effect',
    meaning:
      'The keyword is read and kept, but nothing acts on it in this version, or there is nothing here that it could act on. The message says which.',
    keepalived: 'keepalived acts on it, unless the message says that it does not either',
    silent: true,
    cure: 'Nothing needs to be changed; do not rely on what the keyword does.',
    example: 'vrrp_instance VI_1 {\n    debug 2\n}\n',
  },
} as const satisfies CodeTable;
