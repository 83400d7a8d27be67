/** What the text itself can have wrong: bytes, lines, quotes and braces. */
import type { CodeTable } from './codes.ts';

export const syntaxCodes = {
  'syntax.unterminated-quote': {
    severity: 'warning',
    title: 'a quote that does not end',
    meaning:
      'A double quote opens on this line and no other closes it. It is read as closing at the line end.',
    keepalived: 'keepalived reports the quote and ignores the whole statement',
    cure: 'Close the quote where the quoted text ends.',
    example: 'vrrp_script check {\n    script "/usr/bin/check\n}\n',
  },
  'syntax.missing-brace': {
    severity: 'warning',
    title: 'a block that does not end',
    meaning:
      'The input ended while blocks were open. Whatever follows the place of the missing brace was read as a part of the open block.',
    keepalived:
      'keepalived reads what follows as a part of the open block, reports the count of missing braces at the end, and starts',
    cure: 'Add the closing brace where the block should end; the help names the place when the indentation shows it.',
    example: 'global_defs {\n    router_id one\n',
  },
  'syntax.extra-brace': {
    severity: 'warning',
    title: 'a closing brace without a block',
    meaning: 'No block is open where this brace stands. It is skipped.',
    keepalived: 'keepalived reports the brace and goes on',
    cure: 'Remove the brace, or the one before it that closed the block too early.',
    example: 'global_defs {\n    router_id one\n}\n}\n',
  },
  'syntax.block-without-keyword': {
    severity: 'warning',
    title: 'an opening brace without a keyword',
    meaning: 'A block opens here and no keyword stands before it, so nothing says what it is.',
    keepalived: 'keepalived reports the brace as an unknown keyword',
    cure: 'Write the keyword before the brace, or remove the block.',
    example: '{\n    router_id one\n}\n',
  },
  'syntax.too-deep': {
    severity: 'warning',
    title: 'blocks nested too deeply',
    meaning:
      'More blocks are open at once than any keyword allows. The contents of the deeper ones are dropped.',
    keepalived: 'keepalived reports every line of it as an unknown keyword',
    cure: 'Look for missing closing braces above.',
    example: `${'a {\n'.repeat(40)}${'}\n'.repeat(40)}`,
  },
  'syntax.long-line': {
    severity: 'warning',
    title: 'a line that keepalived cannot hold',
    meaning: 'The line is longer than 1024 bytes. It is read whole here, comment or not.',
    keepalived:
      'keepalived drops the first part of the line and reads the rest as a line of its own',
    cure: 'Break the line, or move its text into parameters, before the file is used with keepalived.',
    example: `# ${'long '.repeat(220)}\nglobal_defs {\n}\n`,
  },
  'syntax.nul-byte': {
    severity: 'warning',
    title: 'zero bytes (NUL) in the text',
    meaning: 'The file holds NUL bytes. Lines with one are ignored.',
    keepalived:
      'keepalived ignores every line with a NUL byte; older releases read only the part before it',
    cure: 'Save the file again as UTF-8 text.',
    example: 'global_defs {\n    router_id one\u0000\n}\n',
  },
  'syntax.byte-order-mark': {
    severity: 'warning',
    title: 'a byte order mark',
    meaning: 'The file begins with the invisible mark that some editors write. It is skipped.',
    keepalived: 'keepalived takes the mark as a part of the first keyword and does not know it',
    cure: 'Save the file as UTF-8 without a byte order mark.',
    example: '\ufeffglobal_defs {\n}\n',
  },
  'syntax.foreign-blank': {
    severity: 'warning',
    title: 'a blank that is not a space',
    meaning:
      'The text holds a character that looks like a space or like nothing, such as a no-break space from a web page. It is read as a blank.',
    keepalived: 'keepalived takes it as a letter, so the keyword or value beside it is not known',
    cure: 'Replace it with a space.',
    example: 'global_defs {\n\u00a0\u00a0router_id one\n}\n',
  },
  'syntax.typographic-quote': {
    severity: 'warning',
    title: 'typographic quotation marks',
    meaning:
      'The text is quoted with the curved marks of a word processor. They are read as double quotes.',
    keepalived: 'keepalived takes them as letters of the words',
    cure: 'Write straight double quotes.',
    example: 'vrrp_script check {\n    script \u201c/usr/bin/check now\u201d\n}\n',
  },
  'syntax.comment-in-word': {
    severity: 'warning',
    title: 'a comment that begins inside a word',
    meaning: 'The mark # or ! begins a comment wherever it stands, so the word ends before it.',
    keepalived: 'keepalived reads it so too, and does not say that the rest is gone',
    silent: true,
    cure: 'Put the word into double quotes if the mark belongs to it; put a blank before the mark if it does not.',
    example: 'vrrp_instance a {\n    authentication {\n        auth_pass se#cret\n    }\n}\n',
  },
  'syntax.more-findings': {
    severity: 'note',
    title: 'more findings than are shown',
    meaning:
      'The bound on findings of one load is reached. The file was read to its end all the same.',
    keepalived: 'keepalived has no bound',
    silent: true,
    cure: 'Mend the first findings and check again; many have one cause.',
    example: '}\n'.repeat(6000),
  },
  'syntax.line-continuation': {
    severity: 'warning',
    title: 'a backslash at the end of a plain line',
    meaning:
      'A trailing backslash joins lines only in a definition of a parameter. Here it is dropped and the next line is a statement of its own.',
    keepalived: 'keepalived keeps the backslash as a part of the last word',
    cure: 'Write the statement on one line.',
    example: 'global_defs {\n    router_id one \\\n    vrrp_version 3\n}\n',
  },
} as const satisfies CodeTable;
