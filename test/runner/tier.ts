/** The tiers of proof, from the cheapest to the dearest. */
import { globSync } from 'node:fs';
import {
  counterparts,
  machines,
  namespaces,
  pairs,
  peers,
  type Requirement,
} from './requirement.ts';

export interface Tier {
  readonly name: string;
  readonly what: string;
  readonly files: readonly string[];
  readonly needs: readonly Requirement[];
  /** One file after the other, because what it measures is time. */
  readonly alone: boolean;
  /** It waits more than it works: one file more at once than there are processors. */
  readonly waits?: true;
  /** Seconds, after which it is broken off and has failed. */
  readonly limit: number;
}

/** Scenarios that judge what happens, not how soon. */
const untimed = [
  'balance/connections',
  'classic',
  'conflict',
  'counterparts',
  'definition',
  'demo',
  'doctor',
  'dumps',
  'firewall',
  'leavings',
  'links',
  'notify',
  'package',
  'pipes',
  'place',
  'realserver',
  'refusal',
  'routes',
  'syslog',
  'tracking',
].map((name) => `test/namespaces/${name}.test.ts`);
const timed = globSync(['test/lab/**/*.test.ts', 'test/namespaces/**/*.test.ts']).filter(
  (file) => !untimed.includes(file),
);

export const tiers: readonly Tier[] = [
  {
    name: 'unit',
    what: 'beside the source',
    files: ['{src,tools,demo,bench,test/runner,test/fuzz}/**/*.test.ts'],
    needs: [],
    alone: false,
    limit: 180,
  },
  {
    name: 'conformance',
    what: 'transcripts by RFC section, with every deadline',
    files: ['test/conformance/**/*.test.ts'],
    needs: [],
    alone: false,
    limit: 60,
  },
  {
    name: 'golden',
    what: 'configuration in, model or diagnostics out',
    files: ['test/golden/**/*.test.ts', 'test/config/**/*.test.ts'],
    needs: [],
    alone: false,
    limit: 60,
  },
  {
    name: 'contract',
    what: 'one suite per port, on the simulated and the real kernel',
    files: ['test/contract/**/*.test.ts'],
    needs: namespaces,
    alone: false,
    limit: 90,
  },
  {
    name: 'hostile',
    what: 'random and damaged datagrams, judged a second time by other means',
    files: ['test/hostile/**/*.test.ts'],
    needs: [],
    alone: false,
    limit: 60,
  },
  {
    name: 'simulation',
    what: 'seeded clusters in virtual time',
    files: ['test/simulation/**/*.test.ts'],
    needs: [],
    alone: false,
    limit: 240,
  },
  {
    name: 'daemon',
    what: 'the processes, their channel, scripts and control socket',
    files: ['test/daemon/**/*.test.ts'],
    needs: namespaces,
    alone: true,
    limit: 240,
  },
  {
    name: 'namespaces',
    what: 'several hosts, a real kernel and real packets',
    files: timed,
    needs: pairs,
    alone: true,
    limit: 420,
  },
  {
    name: 'hosts',
    what: 'the same, where nothing is measured in milliseconds: several files at once',
    files: untimed,
    needs: counterparts,
    alone: false,
    waits: true,
    limit: 240,
  },
  {
    name: 'peers',
    what: 'keepalived, FRR and BIRD on the other side of the wire',
    files: ['test/peers/**/*.test.ts'],
    needs: peers,
    alone: true,
    limit: 300,
  },
  {
    name: 'vm',
    what: 'a kernel with IPVS, booted for each file, beside the packaged ipvsadm and keepalived',
    files: ['test/vm/**/*.test.ts'],
    needs: machines,
    alone: false,
    limit: 240,
  },
];

/** Seconds for all tiers together, since a test command that takes longer is one that people avoid. */
export const totalLimit = 870;

export function filesOf(tier: Tier): readonly string[] {
  return tier.files.flatMap((pattern) => globSync(pattern)).sort();
}

/** Test files that no tier would ever run. */
export function orphans(): readonly string[] {
  const claimed = new Set(tiers.flatMap(filesOf));
  const skip = (name: string) => name === 'node_modules' || name === '.git';
  return globSync('**/*.test.ts', { exclude: skip }).filter((file) => !claimed.has(file));
}

export function unmet(tier: Tier): readonly Requirement[] {
  return tier.needs.filter((need) => !need.met());
}
