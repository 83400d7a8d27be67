/** Checker scripts that misbehave: one hangs, one leaves children behind, one fills its output. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Host } from '../lab/host.ts';
import { scriptOn } from './site.ts';

export interface Unruly {
  /** Words of their paths. */
  readonly names: readonly string[];
  /** Configuration: a service for each, which has a second to be checked. */
  readonly services: string;
  /** Command lines of what they have left running. */
  readonly left: () => readonly string[];
}

/** So that they are told from those of other tests. */
const long = `1${process.pid}`;
const scripts = {
  hang: `trap '' TERM\nwhile :; do sleep ${long}; done`,
  fork: `for n in 1 2 3 4 5 6 7 8; do sleep ${long} & done\nwait`,
  flood: `exec yes ${long}`,
} as const;

export function unruly(host: Host): Unruly {
  const names = Object.keys(scripts);
  const paths = Object.entries(scripts).map(([name, text]) => scriptOn(host, `${name}.sh`, text));
  const own = [`sleep ${long}`, `yes ${long}`, ...paths];
  return {
    names,
    services: paths.map((path, index) => serviceOf(path, index + 1)).join(''),
    left: () => commandLines().filter((line) => own.some((word) => line.endsWith(word))),
  };
}

function serviceOf(path: string, port: number): string {
  return `virtual_server 10.98.9.9 ${port} {
  delay_loop 0.5
  warmup 0
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 10.99.9.9 ${port} {
    MISC_CHECK {
      misc_path ${path}
      misc_timeout 1
      retry 0
    }
  }
}
`;
}

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return '';
      }
    });
}
