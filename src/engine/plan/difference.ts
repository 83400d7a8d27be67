/** What differs between two plain objects, one line a field, in the words of the configuration where there are such. */
import { type Duration, renderDuration } from '../../base/units.ts';
import { isEqual } from '../../config/equal.ts';

export interface Difference {
  /** The keyword, or a field's name in its manner. */
  readonly what: string;
  /** Empty where there is nothing, or nothing that can be said in a word. */
  readonly before: string;
  readonly after: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields whose keyword is another one than their name in small letters and underscores. */
const keywords: Readonly<Record<string, string>> = {
  advertInterval: 'advert_int',
  initialState: 'state',
  strict: 'strict_mode',
  skipCheckAdvertAddresses: 'skip_check_adv_addr',
  higherPrioritySendAdvert: 'higher_prio_send_advert',
  lowerPriorityNoAdvert: 'lower_prio_no_advert',
  ownerIgnoreAdverts: 'owner_ignore_adverts',
  checksumWithoutPseudoHeader: 'v3_checksum_as_v2',
  addresses: 'virtual_ipaddress',
  excludedAddresses: 'virtual_ipaddress_excluded',
  trackSource: 'track_src_ip',
  trackPrimary: 'tracking of its own interface',
  trackedInterfaces: 'track_interface',
  trackers: 'trackers',
  receiveBuffer: 'kernel_rx_buf_size',
  members: 'group',
  devices: 'use_vmac',
  sendsFrom: 'vmac_xmit_base',
  needsPeer: 'unicast_fault_no_peer',
  receiveFullSize: 'vrrp_rx_bufs_policy',
  localIgmpOff: 'disable_local_igmp',
  garpGroups: 'garp_group',
  links: 'interface_up_down_delays',
  memberWeights: 'sync_group_tracking_weight',
  startupDelay: 'vrrp_startup_delay',
  bootDelay: 'vrrp_delay_after_boot',
  garpInterval: 'vrrp_garp_interval',
  gnaInterval: 'vrrp_gna_interval',
  nice: 'vrrp_priority',
  realTimePriority: 'vrrp_rt_priority',
  lockMemory: 'vrrp_no_swap',
  cpus: 'vrrp_cpu_affinity',
  cpuAffinity: 'vrrp_cpu_affinity',
  realTimeLimit: 'vrrp_rlimit_rttime',
  command: 'script',
};

const durations: ReadonlySet<string> = new Set([
  'advertInterval',
  'preemptDelay',
  'interval',
  'timeout',
  'startupDelay',
  'bootDelay',
  'garpInterval',
  'gnaInterval',
  'delay_loop',
  'delay_before_retry',
  'connect_timeout',
  'warmup',
  'persistence_timeout',
]);

/** In the order of the fields. `without` are fields that somebody else looks at. */
export function differences(
  before: object,
  after: object,
  without: readonly string[] = [],
): readonly Difference[] {
  // Most are the same, and there may be tens of thousands of them.
  if (isEqual(before, after)) return [];
  const [old, fresh] = [before as Fields, after as Fields];
  const found: Difference[] = [];
  for (const key in { ...old, ...fresh }) {
    if (without.includes(key) || isEqual(old[key], fresh[key])) continue;
    found.push({
      what: keywords[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      ...sides(key, old[key], fresh[key]),
    });
  }
  return found;
}

/** Of two lists only what one of them has alone. */
function sides(key: string, before: unknown, after: unknown): Omit<Difference, 'what'> {
  if (Array.isArray(before) && Array.isArray(after)) {
    const [had, has] = [before, after].map((list) => list.map((each) => written(key, each)));
    if (had === undefined || has === undefined) return { before: '', after: '' };
    const [gone, come] = [new Set(had), new Set(has)];
    return {
      before: had.filter((each) => !come.has(each)).join(', '),
      after: has.filter((each) => !gone.has(each)).join(', '),
    };
  }
  return { before: written(key, before), after: written(key, after) };
}

/** Secrets are never written; what has no short form is not either. */
function written(key: string, value: unknown): string {
  if (value === undefined || value === null || key === 'authentication') return '';
  if (typeof value === 'number' && durations.has(key)) return renderDuration(value as Duration);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((each) => written(key, each)).join(' ');
  const { address, prefix, interface: name, tracker, weight, argv, group, peers } = value as Fields;
  if (Array.isArray(argv)) return argv.join(' ');
  if (tracker !== undefined) return `${tracker} weight ${weight}`;
  if (Array.isArray(peers)) return `unicast to ${peers.map((peer) => peer.address).join(' ')}`;
  if (typeof group === 'string') return `multicast to ${group}`;
  if (address !== undefined) {
    const place = name === undefined ? '' : ` dev ${name}`;
    return `${address}${prefix === undefined ? '' : `/${prefix}`}${place}`;
  }
  return name === undefined ? '' : `${name}${weight === undefined ? '' : ` weight ${weight}`}`;
}
