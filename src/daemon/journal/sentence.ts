/**
 * Reports of the failover engine as lines of the journal. The state lines are keepalived's word for word, because
 * people and programs look for them; the cause follows on a line of its own.
 */
import type { BfdReport } from '../../engine/bfd/report.ts';
import type { Report } from '../../engine/report.ts';
import type { PortError } from '../../ports.ts';
import { bfdLines } from './bfd-sentence.ts';
import { renderCause, renderPriority, short } from './cause.ts';
import type { Line, Loudness } from './severity.ts';

/** What only the living host knows: the name of a process, or undefined when there is none of that id. */
export type NameProcess = (pid: number) => string | undefined;

type Transition = Extract<Report, { readonly kind: 'transition' }>;

export function sentences(
  report: Report,
  nameProcess: NameProcess = () => undefined,
): readonly Line[] {
  switch (report.kind) {
    case 'transition':
      return transitionLines(report);
    case 'group-transition':
      return [
        one('notice', `(${report.group}) Sync group entering ${report.to.toUpperCase()} state`),
      ];
    case 'priority':
      return [
        one('notice', `(${report.instance}) effective priority ${renderPriority(report.priority)}`),
      ];
    case 'lower-priority-heard':
      return [
        one(
          'notice',
          `(${report.instance}) received lower priority (${report.theirs}) advertisement from ${report.from}, ours is ${report.ours}`,
        ),
      ];
    case 'master-revived':
      return [one('warning', revivalLine(report))];
    case 'stood-still':
      return [one('warning', standstillLine(report))];
    case 'rejected':
      return [
        one(
          'warning',
          `${report.instance === undefined ? '' : `(${report.instance}) `}ignored a datagram from ${report.from}: ${report.detail === '' ? report.reason : report.detail} (further ones of this kind are only counted: see "holdfast status")`,
        ),
      ];
    case 'bfd-transition':
    case 'bfd-timers':
    case 'bfd-rejected':
    case 'bfd-overflow':
    case 'bfd-transmit-failed':
    case 'bfd-listen-failed':
      return bfdLines(report);
    default:
      return [other(report, nameProcess)];
  }
}

function other(
  report: Exclude<
    Report,
    {
      readonly kind:
        | 'transition'
        | 'group-transition'
        | 'priority'
        | 'lower-priority-heard'
        | 'master-revived'
        | 'stood-still'
        | 'rejected'
        | BfdReport['kind'];
    }
  >,
  nameProcess: NameProcess,
): Line {
  switch (report.kind) {
    case 'address-lost':
      return one(
        'warning',
        `(${report.instance}) ${report.address} was taken from ${report.interface} by ${who(report.portId, nameProcess)}; putting it back`,
      );
    case 'address-failed':
      return one(
        'error',
        `(${report.instance}) cannot put ${report.address} on ${report.interface}: ${words(report.error)}`,
      );
    case 'addresses-announced':
      return one('info', `(${report.instance}) announced ${report.count} addresses`);
    case 'transmit-failed':
      return one(
        'error',
        `(${report.instance}) cannot send advertisements: ${words(report.error)}; peers will take over`,
      );
    case 'stale-address-removed':
      return one(
        'warning',
        `removed ${report.address} from ${report.interface}: left behind by a daemon that was killed`,
      );
    case 'address-conflict':
      return one(report.still ? 'info' : 'warning', conflictLine(report));
    case 'address-conflict-over':
      return one(
        'notice',
        `(${report.instance}) ${report.mac} on ${report.interface} does not answer for ${report.address} any more`,
      );
    case 'address-elsewhere': {
      const { elsewhere, elsewherePrefix: prefix } = report;
      return one(
        'warning',
        `(${report.instance}) ${report.address}/${report.prefix} belongs on ${report.interface} while master, but this host has ${report.address}/${prefix} on ${elsewhere} from another hand and answers for it in every state: remove it ("ip address del ${report.address}/${prefix} dev ${elsewhere}") and from whatever configures it at boot`,
      );
    }
    case 'entry-lost': {
      const whom = who(report.portId, nameProcess);
      const cure = report.restored ? 'putting it back' : 'it is not tracked and stays away';
      return one('warning', `${entryOf(report)} was removed by ${whom}; ${cure}`);
    }
    case 'entry-failed':
      return one('error', `cannot have ${entryOf(report)}: ${words(report.error)}; trying again`);
    case 'stale-entry-removed':
      return one(
        'warning',
        `removed the ${report.entry} ${report.words}: left behind by a daemon that was killed`,
      );
    case 'interface':
      return one(report.state === 'up' ? 'notice' : 'warning', interfaceLine(report));
    case 'setting-failed':
    case 'carrier-untold':
      return refusalLine(report);
    case 'device':
    case 'device-failed':
    case 'firewall-failed':
      return deviceLine(report);
    case 'late':
      return one('warning', lateLine(report));
  }
}

/** Whose fault a takeover was for which nothing had happened. */
function revivalLine(report: Extract<Report, { readonly kind: 'master-revived' }>): string {
  const { instance, from, silence, patience } = report;
  const begin = `(${instance}) ${from}, which it took over from, is alive: it was heard again ${short(silence)} after its last advertisement`;
  return silence > patience
    ? `${begin}, and the master down interval is ${short(patience)}. It stood still, was started again, or what it sent was lost`
    : `${begin}, within the master down interval of ${short(patience)}, but the kernel handed that over too late: this host is overloaded`;
}

function standstillLine(report: Extract<Report, { readonly kind: 'stood-still' }>): string {
  return `(${report.instance}) advertised ${short(report.lateness)} late, longer than its peers wait: this process stood still, and one of them may have taken over meanwhile`;
}

function conflictLine(report: Extract<Report, { readonly kind: 'address-conflict' }>): string {
  const { instance, address, interface: name, mac, still } = report;
  const end = report.last ? ' (further ones are only counted: see "holdfast status")' : '';
  const begin = `(${instance}) ${address} is ${still ? 'still' : 'also'} claimed by ${mac} on ${name}`;
  if (still) return `${begin}: the former master has not let go of it yet${end}`;
  return `${begin}: another host answers for it. Look for a second master with the same virtual router id whose advertisements do not reach this host, or for a host with this address of its own${end}`;
}

/** `the route 192.0.2.0/24 dev eth0 of VI_1`. */
function entryOf(
  report: Extract<Report, { readonly kind: 'entry-lost' | 'entry-failed' }>,
): string {
  const { entry, words: spelled, instance } = report;
  if (instance === undefined) return `the static ${entry} ${spelled}`;
  return `the ${entry} ${spelled} of ${instance}`;
}

function lateLine({ lateness }: Extract<Report, { readonly kind: 'late' }>): string {
  return `a deadline was served ${short(lateness)} late: the host is overloaded, or the failover process has too low a priority (see vrrp_rt_priority)`;
}

function refusalLine(
  report: Extract<Report, { readonly kind: 'setting-failed' | 'carrier-untold' }>,
): Line {
  const why = words(report.error);
  if (report.kind === 'setting-failed') {
    return one(
      'error',
      `cannot set ${report.name} to ${report.value}: ${why}; virtual MAC addresses and what else needs settings may not work as they should: make /proc/sys writable, or set it yourself (further settings that are refused so are not told)`,
    );
  }
  return one(
    'warning',
    `the driver of ${report.interface} cannot be asked for its carrier: ${why}; what the kernel says of the link counts (name another method in linkbeat_interfaces, or leave it out)`,
  );
}

const deviceWords = {
  made: 'was made for its virtual routers',
  adopted: 'was there already and is used',
  removed: 'was removed: no virtual router needs it any more',
} as const;

function deviceLine(
  report: Extract<Report, { readonly kind: 'device' | 'device-failed' | 'firewall-failed' }>,
): Line {
  if (report.kind === 'firewall-failed') {
    return one(
      'error',
      `cannot write the table ${report.table} of nftables: ${words(report.error)}; addresses with no_accept take traffic until it can be (trying again every second; does this kernel have nf_tables? see "modprobe nf_tables")`,
    );
  }
  const { interface: name, parent } = report;
  if (report.kind === 'device') {
    return one('notice', `${name} on ${parent} ${deviceWords[report.what]}`);
  }
  const { device, error } = report;
  const cure =
    error.code === 'EEXIST'
      ? 'rename or remove it, or give the device another name'
      : `trying again every second (does this kernel have ${device}? see "modprobe ${device}")`;
  return one('error', `cannot have ${name}, a ${device} on ${parent}: ${words(error)}; ${cure}`);
}

function interfaceLine(report: Extract<Report, { readonly kind: 'interface' }>): string {
  const { interface: name, state } = report;
  return state === 'gone' ? `interface ${name} has disappeared` : `interface ${name} is ${state}`;
}

function transitionLines(report: Transition): readonly Line[] {
  const { instance, from, to, cause, at } = report;
  const because = `(${instance}) because ${renderCause(cause, at)}`;
  switch (to) {
    case 'stop':
      return [one('notice', `(${instance}) stopped in state ${from.toUpperCase()}`)];
    case 'deleted':
      return [one('notice', `(${instance}) is no longer configured`)];
    case 'init':
      return [one('info', `(${instance}) starting`)];
    default: {
      if (cause.kind === 'resumed') {
        return [
          one(
            'notice',
            `(${instance}) goes on in ${to.toUpperCase()} STATE: ${renderCause(cause, at)}`,
          ),
        ];
      }
      const initial = from === 'init' && (to === 'backup' || to === 'fault') ? ' (init)' : '';
      const loudness: Loudness = to === 'fault' ? 'warning' : 'notice';
      const entering = one(loudness, `(${instance}) Entering ${to.toUpperCase()} STATE${initial}`);
      return [entering, one(loudness, because)];
    }
  }
}

/** A netlink port id is often the process id of whoever asked; the kernel's own is 0. */
function who(portId: number, nameProcess: NameProcess): string {
  if (portId === 0) return 'the kernel';
  const name = nameProcess(portId);
  return name === undefined ? `process ${portId}, which has ended` : `process ${portId} (${name})`;
}

function words(error: PortError): string {
  return error.detail === '' ? error.code : `${error.code}, ${error.detail}`;
}

function one(loudness: Loudness, text: string): Line {
  return { loudness, text };
}
