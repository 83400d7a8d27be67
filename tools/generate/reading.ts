/** How a file is read before any keyword is: the part of the manual that no keyword can tell. */
export interface Topic {
  readonly title: string;
  readonly form: string;
  readonly text: string;
}

export const topics: readonly Topic[] = [
  {
    title: 'Lines and blocks',
    form: 'keyword words... | keyword words... { ... }',
    text: 'One statement a line. Braces open and close blocks wherever they stand outside quotes, and may stand on a line of their own.',
  },
  {
    title: 'Comments',
    form: '# words | ! words',
    text: 'To the end of the line, anywhere outside double quotes. A \\# or \\! is an ordinary character.',
  },
  {
    title: 'Quotes',
    form: '"words"',
    text: 'Make one word of several. Commands and regular expressions know single quotes and backslash escapes besides.',
  },
  {
    title: 'Includes',
    form: 'include PATTERN',
    text: 'Reads the files that the pattern names, in the place of the line; relative names begin at the directory of the file they stand in. includer, includem, includew, includeb and includea ask for files that can be read, that exist, for a match of every wildcard, of every alternative in braces, and for all of these.',
  },
  {
    title: 'Conditions',
    form: '@ID statement | @^ID statement',
    text: 'Keeps the line where the configuration id is ID, or is not. The id is the name of the host up to its first dot.',
  },
  {
    title: 'Definitions',
    form: '$NAME=text',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a configuration says.
    text: 'Stands for its text wherever $NAME or ${NAME} is written, before or after. A backslash at the end of a line continues it on the next. ${_PWD}, ${_INSTANCE}, ${_RANDOM MIN MAX}, ${_ENV NAME}, ${_HASH} and ${_BANG} are there already.',
  },
  {
    title: 'Repetitions',
    form: '~SEQ(var, start, step, end) statement | ~LST(var, one, two, ...) statement',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a configuration says.
    text: 'Writes the line once for each value of the variable. Several nest, the rightmost turning fastest; outer variables are then written ${var}.',
  },
];
