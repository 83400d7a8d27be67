/** Where keepalived's options send the log: to syslog, unless that is unwanted or not there. */
import { existsSync } from 'node:fs';
import { facilityNamed, keepalivedIdentities } from '../../daemon/journal/facility.ts';
import type { VoiceOptions } from '../../daemon/journal/voices.ts';
import type { Place } from '../namespace.ts';
import type { ClassicLine } from './getopt.ts';

/** What keepalived's C library would write to. */
const systemLog = '/dev/log';

/** undefined for a facility that is none. Who wants no syslog, or has none, is told on standard output, which may be a file. */
export function voicesOf({ options }: ClassicLine, place: Place): VoiceOptions | undefined {
  const facility = facilityNamed(options.get('log-facility') ?? 'daemon');
  if (facility === undefined) return undefined;
  if (options.has('no-syslog') || !existsSync(systemLog)) {
    return { console: true, syslog: undefined };
  }
  const suffix = [place.namespace, place.instance].map((one) =>
    one === undefined ? '' : `_${one}`,
  );
  const named = (identity: string): string => `${identity}${suffix.join('')}`;
  const { daemon, failover, balancer } = keepalivedIdentities;
  return {
    console: options.has('log-console') || options.has('log-file'),
    syslog: {
      facility,
      identities: {
        daemon: named(daemon),
        failover: named(failover),
        balancer: named(balancer),
      },
    },
  };
}
