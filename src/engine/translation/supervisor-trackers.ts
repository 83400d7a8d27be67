/** What the supervisor watches for the engines: scripts, probes, files and processes that something tracks. */
import type { Address } from '../../base/address.ts';
import type { Duration } from '../../base/units.ts';
import type { Model, Probe, TrackProcess } from '../../language/model.ts';
import type { StatusRange } from '../../language/values/status-codes.ts';
import { trackersIn } from './failover-trackers.ts';

/** One question of a probe; each answers for itself. */
export type ProbeTarget =
  | { readonly kind: 'ping'; readonly address: Address }
  | { readonly kind: 'tcp'; readonly address: Address; readonly port: number }
  | { readonly kind: 'http'; readonly url: string; readonly status: readonly StatusRange[] }
  | { readonly kind: 'process'; readonly name: string };

export interface ProbeModel {
  readonly name: string;
  readonly tracker: string;
  readonly targets: readonly ProbeTarget[];
  /** How many targets must answer. */
  readonly quorum: number;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly rise: number;
  readonly fall: number;
  readonly initFail: boolean;
}

export interface TrackFileModel {
  readonly name: string;
  readonly tracker: string;
  readonly path: string;
  /** `init_file`: written at start where there is no file, or over what is there. */
  readonly initial: { readonly value: number; readonly overwrite: boolean } | undefined;
}

export interface TrackProcessModel {
  readonly name: string;
  readonly tracker: string;
  /** A name, or a path of which only the name counts unless the full command is compared. */
  readonly program: string;
  readonly fullCommand: boolean;
  /** undefined looks at no parameters. */
  readonly parameters:
    | { readonly words: readonly string[]; readonly match: 'exact' | 'partial' | 'initial' }
    | undefined;
  readonly quorum: number;
  /** Undefined allows any number. */
  readonly quorumMax: number | undefined;
  readonly forkDelay: Duration;
  readonly terminateDelay: Duration;
}

/** The names of everything that some instance, group or real server tracks. */
export function trackedNames(model: Model): ReadonlySet<string> {
  const trackersOf = trackersIn(model);
  const holders = [...model.vrrp_instance, ...model.vrrp_sync_group];
  const checked = model.virtual_server
    .flatMap(({ real_server: servers }) => servers)
    .flatMap(({ FILE_CHECK: checks }) => checks)
    .map(({ track_file: name }) => `file:${name}`);
  return new Set([...holders.flatMap(trackersOf).map(({ tracker }) => tracker), ...checked]);
}

export function probeModels(model: Model, tracked: ReadonlySet<string>): ProbeModel[] {
  return model.vrrp_probe
    .map((probe) => ({ probe, tracker: `probe:${probe.name}` }))
    .filter(({ tracker }) => tracked.has(tracker))
    .map(({ probe, tracker }) => {
      const targets = targetsOf(probe);
      const { name, interval, rise, fall } = probe;
      return {
        ...{ name, tracker, targets, interval, rise, fall },
        quorum: probe.quorum ?? targets.length,
        timeout: probe.timeout ?? interval,
        initFail: probe.init_fail,
      };
    });
}

const goodStatus: readonly StatusRange[] = [{ from: 200, to: 299 }];

function targetsOf(probe: Probe): ProbeTarget[] {
  const status = probe.status ?? goodStatus;
  return [
    ...probe.ping.flat().map((address) => ({ kind: 'ping', address }) as const),
    ...probe.tcp.map((target) => ({ kind: 'tcp', ...target }) as const),
    ...probe.http.map((url) => ({ kind: 'http', url, status }) as const),
    ...probe.process.map((name) => ({ kind: 'process', name }) as const),
  ];
}

export function fileModels(model: Model, tracked: ReadonlySet<string>): TrackFileModel[] {
  return model.track_file.flatMap(({ name, file: path, init_file: initial }) => {
    const tracker = `file:${name}`;
    return path === undefined || !tracked.has(tracker) ? [] : [{ name, tracker, path, initial }];
  });
}

const never = 0 as Duration;

export function processModels(model: Model, tracked: ReadonlySet<string>): TrackProcessModel[] {
  return model.vrrp_track_process.flatMap((node) => {
    const tracker = `process:${node.name}`;
    const [program, ...words] = node.process ?? [];
    if (program === undefined || !tracked.has(tracker)) return [];
    return [
      {
        ...{ name: node.name, tracker, program, fullCommand: node.full_command },
        parameters: parametersOf(node, words),
        quorum:
          node.quorum_max === undefined ? node.quorum : Math.min(node.quorum, node.quorum_max),
        quorumMax: node.quorum_max,
        forkDelay: node.fork_delay ?? node.delay ?? never,
        terminateDelay: node.terminate_delay ?? node.delay ?? never,
      },
    ];
  });
}

/** Parameters that are written without `param_match` must match exactly. */
function parametersOf(
  { param_match: match }: TrackProcess,
  words: readonly string[],
): TrackProcessModel['parameters'] {
  if (match === undefined && words.length === 0) return undefined;
  return { words, match: match ?? 'exact' };
}
