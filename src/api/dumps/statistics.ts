/** The file of statistics: one block for each instance, in keepalived's form. */
import type { InstanceStatistics } from '../../engine/snapshot.ts';
import type { Picture } from './picture.ts';
import { each, type Pieces } from './pieces.ts';

/** keepalived's counters, by the names of its JSON form. */
export type Counters = Readonly<Record<CounterName, number>>;
export type CounterName = (typeof counterNames)[number];

export const counterNames = [
  'advert_rcvd',
  'advert_sent',
  'become_master',
  'release_master',
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'auth_ext_missing',
  'auth_ext_malformed',
  'auth_ext_unknown_key',
  'auth_ext_invalid_hmac',
  'auth_ext_stale',
  'auth_ext_replay',
  'pri_zero_rcvd',
  'pri_zero_sent',
] as const;

/** What is refused for a reason that keepalived does not count is not here; metrics have every reason. */
export function countersOf(statistics: InstanceStatistics): Counters {
  const { rejected } = statistics;
  return {
    advert_rcvd: statistics.received,
    advert_sent: statistics.sent,
    become_master: statistics.becameMaster,
    release_master: statistics.releasedMaster,
    packet_len_err: rejected.truncated ?? 0,
    advert_interval_err: rejected.interval ?? 0,
    ip_ttl_err: rejected['hop-limit'] ?? 0,
    invalid_type_rcvd: rejected.type ?? 0,
    addr_list_err: rejected['address-list'] ?? 0,
    invalid_authtype: 0,
    authtype_mismatch: rejected['authentication-type'] ?? 0,
    auth_failure: rejected['authentication-data'] ?? 0,
    auth_ext_missing: rejected['signature-missing'] ?? 0,
    auth_ext_malformed: rejected['signature-malformed'] ?? 0,
    auth_ext_unknown_key: rejected['signature-key'] ?? 0,
    auth_ext_invalid_hmac: rejected['signature-wrong'] ?? 0,
    auth_ext_stale: rejected['signature-stale'] ?? 0,
    auth_ext_replay: rejected['signature-replayed'] ?? 0,
    pri_zero_rcvd: statistics.priorityZeroReceived,
    pri_zero_sent: statistics.priorityZeroSent,
  };
}

type Group = readonly [title: string, lines: readonly (readonly [string, CounterName])[]];

const groups: readonly (Group | readonly [string, CounterName])[] = [
  [
    'Advertisements',
    [
      ['Received', 'advert_rcvd'],
      ['Sent', 'advert_sent'],
    ],
  ],
  ['Became master', 'become_master'],
  ['Released master', 'release_master'],
  [
    'Packet Errors',
    [
      ['Length', 'packet_len_err'],
      ['TTL', 'ip_ttl_err'],
      ['Invalid Type', 'invalid_type_rcvd'],
      ['Advertisement Interval', 'advert_interval_err'],
      ['Address List', 'addr_list_err'],
    ],
  ],
  [
    'Authentication Errors',
    [
      ['Invalid Type', 'invalid_authtype'],
      ['Type Mismatch', 'authtype_mismatch'],
      ['Failure', 'auth_failure'],
    ],
  ],
  [
    'Authentication Extension Errors',
    [
      ['Missing', 'auth_ext_missing'],
      ['Malformed', 'auth_ext_malformed'],
      ['Unknown Key', 'auth_ext_unknown_key'],
      ['Invalid HMAC', 'auth_ext_invalid_hmac'],
      ['Stale', 'auth_ext_stale'],
      ['Replay', 'auth_ext_replay'],
    ],
  ],
  [
    'Priority Zero',
    [
      ['Received', 'pri_zero_rcvd'],
      ['Sent', 'pri_zero_sent'],
    ],
  ],
];

export function statisticsPieces({ instances }: Picture): Pieces {
  return each(instances, ({ model, statistics }) => {
    const counters = countersOf(statistics);
    const lines = groups.flatMap(([title, content]) =>
      typeof content === 'string'
        ? [`  ${title}: ${counters[content]}`]
        : [
            `  ${title}:`,
            ...content.map(([label, counter]) => `    ${label}: ${counters[counter]}`),
          ],
    );
    return `${[`VRRP Instance: ${model.name}`, ...lines].join('\n')}\n`;
  });
}
