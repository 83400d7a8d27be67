/** What reading files can meet. */
import type { CodeTable } from './codes.ts';

const skips = 'keepalived reports the file, skips it and goes on';

export const includeCodes = {
  'include.main-file': {
    severity: 'error',
    title: 'the configuration file cannot be read',
    meaning:
      'The file that the command line names, or the usual one, is not there or cannot be read.',
    keepalived:
      'keepalived prints one line and runs with an empty configuration; its configuration test ends with status 0',
    cure: 'Check the path, and that the user who runs the check may read the file.',
    example: '(a path that does not exist)\n',
  },
  'include.main-file-executable': {
    severity: 'error',
    title: 'the configuration file is executable',
    meaning: 'The configuration file has an execute bit and is therefore not read.',
    keepalived: 'keepalived skips the file and runs with an empty configuration',
    cure: 'Take the execute bits away: chmod a-x FILE.',
    example: '(a configuration file with mode 755)\n',
  },
  'include.no-match': {
    severity: 'warning',
    title: 'an include that finds nothing',
    meaning:
      'The path of an include directive without wildcards names no file. Nothing is read in its place.',
    keepalived: 'keepalived reports the path and goes on without the file',
    silent: true,
    cure: 'Correct the path. A relative one starts at the directory of the file that holds the directive.',
    example: 'include /etc/keepalived/absent.conf\n',
  },
  'include.required': {
    severity: 'error',
    title: 'a required include that fails',
    meaning:
      'A file that a strict form of include, include_check or -e requires is not there or cannot be read.',
    keepalived: 'keepalived stops with status 6',
    cure: 'Provide the file, or use the plain include when it may be absent.',
    example: 'includem /etc/keepalived/absent.conf\n',
  },
  'include.skipped': {
    severity: 'warning',
    title: 'an included file that is skipped',
    meaning:
      'An included file is a directory, not a regular file, executable or unreadable, so it is not read.',
    keepalived: skips,
    cure: 'Name regular files without execute bits; write DIRECTORY/*.conf to read what a directory holds.',
    example: 'include /etc\n',
  },
  'include.no-name': {
    severity: 'warning',
    title: 'an include without a path',
    meaning: 'Nothing follows the directive, so it reads nothing.',
    keepalived: 'keepalived reports an unknown keyword',
    cure: 'Write the path behind it, or remove the line.',
    example: 'include\n',
  },
  'include.quoted-name': {
    severity: 'warning',
    title: 'an include path in quotes',
    meaning:
      'The path of an include is taken as it stands. The quotes are understood as not meant.',
    keepalived: 'keepalived takes the quotes as letters of the path and finds nothing',
    cure: 'Write the path without quotes.',
    example: 'include "/etc/keepalived/absent.conf"\n',
  },
  'include.cycle': {
    severity: 'warning',
    title: 'a file that includes itself',
    meaning:
      'The file is being read already, directly or through others. It is not read again inside itself.',
    keepalived: 'keepalived reads it again and again until it runs out of open files',
    cure: 'Remove one of the directives of the circle.',
    example: '(a file a.conf that holds: include a.conf)\n',
  },
  'include.too-deep': {
    severity: 'error',
    title: 'too many files or too many levels of them',
    meaning:
      'The bound on included files is reached: 32 levels, or 10,000 files. The rest is not read.',
    keepalived: 'keepalived has no bound but the count of open files',
    cure: 'Look for a pattern that matches more than was meant.',
    example: '(a chain of 40 files, each including the next)\n',
  },
  'include.pattern': {
    severity: 'warning',
    title: 'an include pattern that spells too many paths',
    meaning:
      'The braces or wildcards of the pattern stand for more paths than are tried. The rest is left out.',
    keepalived: 'keepalived tries them all',
    cure: 'Use a narrower pattern.',
    example: `include /etc/${'{a,b}'.repeat(12)}\n`,
  },
} as const satisfies CodeTable;
