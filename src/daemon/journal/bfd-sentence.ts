/** Reports of BFD as lines of the journal. The state lines are keepalived's. */
import type { BfdReport } from '../../engine/bfd/report.ts';
import { sessionCauseWords } from '../../engine/bfd/words.ts';
import type { PortError } from '../../ports.ts';
import { short } from './cause.ts';
import type { Line } from './severity.ts';

const stateWords = { 'admin-down': 'AdminDown', down: 'Down', init: 'Init', up: 'Up' } as const;

export function bfdLines(report: BfdReport): readonly Line[] {
  switch (report.kind) {
    case 'bfd-transition':
      return transitionLines(report);
    case 'bfd-timers': {
      const { session, transmit, detection } = report;
      const sends =
        transmit === 0
          ? 'sends nothing (the neighbour wants it so)'
          : `sends every ${short(transmit)}`;
      const text = `BFD session ${session} ${sends} and waits ${short(detection)} for the neighbour`;
      return [{ loudness: 'info', text }];
    }
    case 'bfd-rejected': {
      const { session, from, detail } = report;
      const whose = session === undefined ? '' : ` for BFD session ${session}`;
      const text = `ignored a BFD packet${whose} from ${from}: ${detail} (further ones of this kind are only counted: see "holdfast status")`;
      return [{ loudness: 'warning', text }];
    }
    case 'bfd-overflow': {
      const text = `${report.lost} BFD packets were lost on this host: they arrived faster than they were read; nobody is declared lost for that (is the host overloaded, or does somebody flood UDP ports 3784 and 4784? See bfd_rt_priority)`;
      return [{ loudness: 'warning', text }];
    }
    case 'bfd-transmit-failed':
      return [{ loudness: 'error', text: transmitLine(report) }];
    case 'bfd-listen-failed':
      return [{ loudness: 'error', text: listenLine(report) }];
  }
}

function transitionLines(
  report: Extract<BfdReport, { readonly kind: 'bfd-transition' }>,
): readonly Line[] {
  const { session, neighbour, from, to, cause } = report;
  const entering = `(${session}) Entering ${stateWords[to]} state`;
  const why = sessionCauseWords(cause);
  if (to === 'up') {
    return [
      { loudness: 'notice', text: entering },
      { loudness: 'notice', text: `BFD session ${session} with ${neighbour} is up` },
    ];
  }
  if (to === 'admin-down') {
    const text = `BFD session ${session} with ${neighbour} ends: ${why}`;
    return [{ loudness: 'notice', text }];
  }
  if (from !== 'up') return [{ loudness: 'info', text: `${entering}: ${why}` }];
  return [
    { loudness: 'warning', text: entering },
    { loudness: 'warning', text: `BFD session ${session} went down: ${why}` },
  ];
}

function transmitLine({
  session,
  neighbour,
  source,
  error,
}: Extract<BfdReport, { readonly kind: 'bfd-transmit-failed' }>): string {
  const begin = `BFD session ${session} cannot send to ${neighbour}: ${words(error)}`;
  const cures: Readonly<Record<string, string>> = {
    EADDRNOTAVAIL: `source_ip ${source} is no address of this host`,
    ENETUNREACH: `this host has no route to it`,
    EHOSTUNREACH: `this host has no route to it`,
    ENODEV: 'its interface is not there',
    EPERM: 'a firewall of this host forbids it',
  };
  const cure = cures[error.code];
  return `${begin}${cure === undefined ? '' : ` (${cure})`}; trying again as long as it lasts`;
}

function listenLine({
  port,
  family,
  error,
}: Extract<BfdReport, { readonly kind: 'bfd-listen-failed' }>): string {
  const begin = `cannot listen on UDP port ${port} (${family === 'ipv4' ? 'IPv4' : 'IPv6'}) for BFD: ${words(error)}`;
  const cure =
    error.code === 'EADDRINUSE'
      ? `another BFD daemon has it, such as bfdd, bird or keepalived: see "ss -ulnp sport = :${port}"`
      : 'no session of that kind can come up';
  return `${begin}; ${cure}; trying again every second`;
}

function words({ code, detail }: PortError): string {
  return detail === '' ? code : `${code}, ${detail}`;
}
