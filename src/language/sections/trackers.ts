/** Processes, files and BFD sessions that can be tracked. */

import { milliseconds, seconds } from '../../base/units.ts';
import { flag, labelled, scalar } from '../../config/schema.ts';
import { duration, integer, secondsValue } from '../../config/schema-number.ts';
import {
  address,
  boolean,
  choice,
  interfaceName,
  optional,
  text,
  texts,
} from '../../config/schema-word.ts';
import { initialContent } from '../values/file-value.ts';
import { weight } from '../values/track-line.ts';

const weightDoc =
  'Added to the priority while up (positive) or while down (negative); 0 makes down a fault.';
const delay = secondsValue(0.000001, 3600);

export const trackProcess = labelled('name', text('a name', '<NAME>'), {
  process: scalar(texts('a program', '<PATH>|<NAME> [<PARAM>...]'), {
    doc: 'The program, and the parameters it must have been started with.',
    example: '/usr/sbin/haproxy -f /etc/haproxy.cfg',
  }),
  param_match: scalar(optional(choice(['initial', 'partial']), 'exact'), {
    doc: 'How parameters must match: all of them, the first ones, or the last one as a beginning.',
    example: 'partial',
  }),
  weight: scalar(weight(254), {
    bare: 'ignored',
    doc: weightDoc,
    example: '-20',
    fallback: { weight: 0, reverse: false },
  }),
  quorum: scalar(integer({ min: 1, max: 65_535 }), {
    doc: 'How many must run.',
    example: '2',
    fallback: 1,
  }),
  quorum_max: scalar(integer({ min: 0, max: 65_535 }), {
    doc: 'How many may run; 0 means none.',
    example: '4',
    otherwise: 'any number',
  }),
  delay: scalar(delay, { doc: 'Sets fork_delay and terminate_delay.', example: '0.5' }),
  terminate_delay: scalar(delay, {
    doc: 'Waits so long before it tells that too few run.',
    example: '0.5',
    otherwise: 'delay',
  }),
  fork_delay: scalar(delay, {
    doc: 'Waits so long before it tells that enough run.',
    example: '0.5',
    otherwise: 'delay',
  }),
  full_command: flag({
    doc: 'Compares the whole command line, not the first 15 letters of the name.',
  }),
});

export const trackFile = labelled('name', text('a name', '<NAME>'), {
  file: scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc: 'The file; a missing one or one without a number counts as 0.',
    example: '/run/drain',
  }),
  weight: scalar(weight(254), {
    bare: 'ignored',
    doc: 'What the number is multiplied by; 0 makes any other number a fault.',
    example: '-1',
    fallback: { weight: 1, reverse: false },
  }),
  init_file: scalar(initialContent, {
    doc: 'Creates the file at start with this number.',
    example: '0 overwrite',
  }),
});

const milliInterval = duration({ min: 1, max: 4_294_967, unit: 'milliseconds' });
const hops = integer({ min: 1, max: 255 });

export const bfdInstance = labelled('name', text('a name', '<NAME>'), {
  neighbor_ip: scalar(address(), {
    doc: 'The far end of the session.',
    example: '192.0.2.11',
    reload: 'restart',
    aliases: { neighbour_ip: {} },
  }),
  source_ip: scalar(address(), {
    doc: 'The near end of the session.',
    example: '192.0.2.10',
    reload: 'restart',
    otherwise: 'chosen by routing',
  }),
  interface: scalar(interfaceName, {
    extension: true,
    doc: 'The interface whose packets count; without it no session has a link-local neighbour.',
    example: 'eth0',
    reload: 'restart',
    otherwise: 'any',
  }),
  min_rx: scalar(milliInterval, {
    doc: 'Shortest interval that can be received.',
    example: '100',
    fallback: milliseconds(10),
  }),
  min_tx: scalar(milliInterval, {
    doc: 'Shortest interval that is to be sent.',
    example: '100',
    fallback: milliseconds(10),
  }),
  idle_tx: scalar(duration({ min: 1000, max: 4_294_967, unit: 'milliseconds' }), {
    doc: 'Interval of sending while the session is not up.',
    example: '1000',
    fallback: seconds(1),
  }),
  multiplier: scalar(integer({ min: 1, max: 255 }), {
    doc: 'Packets that may be missed before the session is down.',
    example: '3',
    fallback: 5,
  }),
  passive: flag({ doc: 'Waits for the other side to begin.' }),
  ttl: scalar(hops, {
    doc: 'TTL or hop limit of what is sent.',
    example: '255',
    otherwise: '255; over IPv6, 64 is accepted from the neighbour',
    aliases: { hoplimit: {} },
  }),
  max_hops: scalar(integer({ min: -1, max: 255 }), {
    doc: 'How many hops a received packet may have made; -1 or 255 does not look.',
    example: '0',
    fallback: 0,
  }),
  multihop: scalar(boolean, {
    doc: 'Uses the port for sessions over several hops.',
    example: 'true',
    fallback: false,
    reload: 'restart',
  }),
  weight: scalar(weight(253), {
    doc: weightDoc,
    example: '-20',
    fallback: { weight: 0, reverse: false },
  }),
  vrrp: flag({ doc: 'Tells its state to VRRP; to all when neither is written.' }),
  checker: flag({ doc: 'Tells its state to checkers; to all when neither is written.' }),
});
