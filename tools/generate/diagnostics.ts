/** docs/diagnostics: a page for every code, with an example and what is said about it. */
import { posix } from 'node:path';
import { failure, success } from '../../src/base/outcome.ts';
import type { CodePage } from '../../src/config/codes.ts';
import type { FileProblem, FileReader } from '../../src/config/file-reader.ts';
import { renderTerminal } from '../../src/config/render/terminal.ts';
import { checkExample } from '../../src/language/cluster/example.ts';
import { allCodes } from '../../src/language/codes.ts';
import { checkHost } from '../../src/language/host-rules/check.ts';
import { exampleHost } from '../../src/language/host-rules/example.ts';
import { loadConfiguration } from '../../src/language/load.ts';
import { textOptions } from '../../src/language/read-text.ts';
import { type Document, origin } from './document.ts';

const main = 'holdfast.conf';
const width = 100;

type Files = Readonly<Record<string, string | FileProblem>>;

/** What no single file can show. */
const chain = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`${index}.conf`, `include ${index + 1}.conf\n`]),
);
const several: Readonly<Record<string, Files>> = {
  'include.main-file': {},
  'include.main-file-executable': { [main]: { kind: 'executable' } },
  'include.skipped': { [main]: 'include /etc\n', '/etc/passwd': '' },
  'include.cycle': { [main]: `include ${main}\n` },
  'include.too-deep': { [main]: 'include 0.conf\n', ...chain },
};

export function diagnostics(): readonly Document[] {
  const codes = Object.entries<CodePage>(allCodes).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const index = [
    '# Diagnostics',
    '',
    origin,
    '',
    '| code | severity | what it is |',
    '| --- | --- | --- |',
    ...codes.map(
      ([code, { severity, title }]) => `| [${code}](${code}.md) | ${severity} | ${title} |`,
    ),
    '',
  ].join('\n');
  return [
    { path: 'docs/diagnostics/README.md', text: index },
    ...codes.map(([code, page]) => ({
      path: `docs/diagnostics/${code}.md`,
      text: pageText(code, page),
    })),
  ];
}

function pageText(code: string, page: CodePage): string {
  const files = several[code] ?? { [main]: page.example };
  const shown = rendered(code, files);
  const text = files[main];
  return `# ${code}

${origin}

**${page.severity}**: ${page.title}

${page.meaning}

**What keepalived does**: ${page.keepalived}.

**What to do**: ${page.cure}

## Example

${typeof text === 'string' ? fenced(text) : 'The file itself is what is wrong.\n'}
Holdfast says:

${fenced(shown)}`;
}

function fenced(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\`\n`;
}

/** What is said about the files under this code. */
function rendered(code: string, files: Files): string {
  const example = files[main];
  if (code.startsWith('cluster.') && typeof example === 'string') {
    const { diagnostics, sources } = checkExample(example);
    const own = diagnostics.filter((diagnostic) => diagnostic.code === code);
    return renderTerminal(own, sources, { colour: false, width });
  }
  const configuration = loadConfiguration({ ...textOptions('', main), reader: readerOf(files) });
  const found = [
    ...configuration.diagnostics,
    ...checkHost(configuration, exampleHost(configuration.model)),
  ].filter((diagnostic) => diagnostic.code === code);
  if (found.length === 0) throw new Error(`broken invariant: no example triggers ${code}`);
  return renderTerminal(found, configuration.sources, { colour: false, width });
}

function readerOf(files: Files): FileReader {
  const paths = Object.keys(files);
  return {
    read(written) {
      const path = posix.normalize(written);
      const file = files[path];
      if (typeof file === 'string') return success(file);
      if (file !== undefined) return failure(file);
      const isDirectory = paths.some((other) => other.startsWith(`${path}/`));
      return failure({ kind: isDirectory ? 'directory' : 'missing' });
    },
    list: (directory) => (directory === '.' ? paths.filter((path) => !path.includes('/')) : []),
  };
}
