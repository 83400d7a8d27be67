/** The host that the examples of pages are tried on: without interfaces, with bad scripts, and few names. */
import type { Model } from '../model.ts';
import type { HostFacts } from './facts.ts';
import { lineUses } from './uses.ts';

export function exampleHost(model: Model): HostFacts {
  const lines = [...lineUses(model)].map(({ line }) => line);
  return {
    links: new Map([['lo', { loopback: true }]]),
    addresses: new Set(),
    unnamed: new Map(
      lines.flatMap((line) =>
        line.table === 'backup' ? [[line, 'backup is no table of this host']] : [],
      ),
    ),
    users: new Set(['root']),
    programs: new Map([
      ['/usr/local/bin/missing', { kind: 'missing', path: '/usr/local/bin/missing' }],
      ['/usr/local/bin/plain', { kind: 'not-executable', path: '/usr/local/bin/plain' }],
      ['/usr/local/bin/writable', { kind: 'writable', path: '/usr/local', by: 'group' }],
    ]),
  };
}
