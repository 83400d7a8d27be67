/** Files with one mistake each, and what keepalived says about them. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../src/config/diagnostic.ts';
import { renderTerminal } from '../../src/config/render/terminal.ts';
import { checkHost } from '../../src/language/host-rules/check.ts';
import type { HostFacts } from '../../src/language/host-rules/facts.ts';
import { readText } from '../../src/language/read-text.ts';

const folder = fileURLToPath(new URL('../../test/golden/mistakes', import.meta.url));

export const recordingPath: string = `${folder}/keepalived.json`;

export interface Recording {
  /** `Keepalived v2.2.7`. */
  readonly version: string;
  /** By name: how `keepalived -t` ended, and each different line that it printed. */
  readonly files: Readonly<Record<string, { readonly ended: string; readonly lines: string[] }>>;
}

export interface Mistake {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly keepalived: { readonly ended: string; readonly lines: readonly string[] };
  /** What Holdfast says, but for notes about what has no effect yet. */
  readonly holdfast: string;
  readonly codes: readonly string[];
}

export function mistakeNames(): readonly string[] {
  return globSync('*.conf', { cwd: folder }).toSorted();
}

export function mistakes(): readonly Mistake[] {
  const recording = JSON.parse(readFileSync(recordingPath, 'utf8')) as Recording;
  return mistakeNames().map((name) => mistake(name, recording));
}

export function recordedVersion(): string {
  return (JSON.parse(readFileSync(recordingPath, 'utf8')) as Recording).version;
}

/** The host that the files are looked at from. */
const host: HostFacts = {
  addresses: undefined,
  unnamed: new Map(),
  links: new Map([
    ['lo', { loopback: true }],
    ['eth0', { loopback: false }],
    ['eth1', { loopback: false }],
  ]),
  users: new Set(['root', 'nobody']),
  programs: new Map([
    ['/usr/local/bin/check-web.sh', { kind: 'missing', path: '/usr/local/bin/check-web.sh' }],
  ]),
};

export function mistakeDiagnostics(name: string): readonly Diagnostic[] {
  return read(name).diagnostics;
}

function read(name: string) {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const configuration = readText(text, name);
  const diagnostics = [...configuration.diagnostics, ...checkHost(configuration, host)].filter(
    ({ code }) => code !== 'language.no-effect-yet',
  );
  return { text, sources: configuration.sources, diagnostics };
}

function mistake(name: string, recording: Recording): Mistake {
  const { text, sources, diagnostics } = read(name);
  return {
    name,
    title: /^\ufeff?# (.*)\.$/m.exec(text)?.[1] ?? name,
    text,
    keepalived: recording.files[name] ?? { ended: 'not recorded', lines: [] },
    holdfast: renderTerminal(diagnostics, sources, { colour: false, width: 100 }),
    codes: diagnostics.map(({ code }) => code),
  };
}
