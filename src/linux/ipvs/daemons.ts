/** The kernel's connection synchronisation daemons: which to end and which to begin. */
import type { SyncDaemon } from '../../plane.ts';
import { encodeDaemon, IPVS_CMD_DEL_DAEMON, IPVS_CMD_NEW_DAEMON } from '../../wire/ipvs.ts';
import type { SyncDaemonEntry } from '../../wire/ipvs-daemon.ts';
import { daemonMessage } from './values.ts';

/** What the kernel takes where nothing is said. */
const GROUP = '224.0.0.81';
const PORT = 8848;
const TTL = 1;
/** It makes no payload shorter. */
const SHORTEST = 1024;

/**
 * Payloads that make the running daemons match, in order: a role is ended before it begins anew, since the kernel has no
 * other way to change one. `asked` is what the running ones were asked for, as far as that is known.
 */
export function daemonPayloads(
  wanted: readonly SyncDaemon[],
  running: readonly SyncDaemonEntry[],
  asked: readonly SyncDaemon[],
): readonly Uint8Array[] {
  const kept = wanted.filter((daemon) => {
    const known = running.find((one) => one.role === daemon.role);
    const before = asked.find((one) => one.role === daemon.role);
    return known !== undefined && matches(known, daemon, before);
  });
  const ended = running.filter((one) => !kept.some((daemon) => daemon.role === one.role));
  const begun = wanted.filter((daemon) => !kept.includes(daemon));
  return [
    ...ended.map((one) => encodeDaemon(IPVS_CMD_DEL_DAEMON, one)),
    ...begun.map((daemon) => encodeDaemon(IPVS_CMD_NEW_DAEMON, daemonMessage(daemon))),
  ];
}

function matches(
  known: SyncDaemonEntry,
  daemon: SyncDaemon,
  before: SyncDaemon | undefined,
): boolean {
  if (known.interface !== daemon.interface || known.id !== daemon.id) return false;
  if (!fits(known.maximumLength, daemon.maximumLength, before)) return false;
  // Kernels before 4.3 have neither these attributes nor other values of them.
  if ((known.group ?? GROUP) !== (daemon.group ?? GROUP)) return false;
  return (
    (known.port ?? PORT) === (daemon.port ?? PORT) && (known.ttl ?? TTL) === (daemon.ttl ?? TTL)
  );
}

/** The kernel shortens what the interface cannot carry and lengthens what is too short: who asked for the same, has it. */
function fits(
  known: number | undefined,
  asked: number | undefined,
  before: SyncDaemon | undefined,
): boolean {
  if (before !== undefined) return before.maximumLength === asked;
  return asked === undefined || known === undefined || known <= Math.max(asked, SHORTEST);
}
