/** A check that the daemon makes itself, without a script. */
import { collected, flag, labelled, scalar } from '../../config/schema.ts';
import { inSeconds, integer, secondsValue } from '../../config/schema-number.ts';
import { text } from '../../config/schema-word.ts';
import { httpUrl, pingTargets, tcpTarget } from '../values/probe-target.ts';
import { statusCodes } from '../values/status-codes.ts';
import { weight } from '../values/track-line.ts';

const count = integer({ min: 1, max: 2_147_483_647 });
const ours = { extension: true } as const;

export const probe = labelled('name', text('the name of the probe', '<NAME>'), {
  ping: collected(pingTargets, {
    doc: 'Addresses that must answer an ICMP echo request; each counts by itself.',
    example: '192.0.2.1 192.0.2.2',
    ...ours,
  }),
  tcp: collected(tcpTarget, {
    doc: 'An address and a port that must accept a connection.',
    example: '192.0.2.5 443',
    ...ours,
  }),
  http: collected(httpUrl, {
    doc: 'A URL that must answer with a good status; certificates are not looked at.',
    example: 'http://127.0.0.1:8080/health',
    ...ours,
  }),
  status: scalar(statusCodes, {
    doc: 'The status codes of HTTP that are good.',
    example: '200-299 301',
    otherwise: '200-299',
    ...ours,
  }),
  process: collected(text('the name of a program', '<NAME>'), {
    doc: 'A program that must run, by the first 15 letters of its name.',
    example: 'haproxy',
    ...ours,
  }),
  quorum: scalar(count, {
    doc: 'How many of all that is asked must answer.',
    example: '1',
    otherwise: 'all of them',
    ...ours,
  }),
  interval: scalar(secondsValue(0.01, 4294.967), {
    doc: 'Time from one probe to the next.',
    example: '0.5',
    fallback: inSeconds(1),
    ...ours,
  }),
  timeout: scalar(secondsValue(0.001, 4294.967), {
    doc: 'What has not answered by then has failed.',
    example: '0.4',
    otherwise: 'the interval',
    ...ours,
  }),
  rise: scalar(count, {
    doc: 'Successes in a row that make it up.',
    example: '2',
    fallback: 1,
    ...ours,
  }),
  fall: scalar(count, {
    doc: 'Failures in a row that make it down.',
    example: '3',
    fallback: 1,
    ...ours,
  }),
  weight: scalar(weight(253), {
    doc: 'Added to the priority while up (positive) or while down (negative); 0 makes down a fault.',
    example: '-20',
    fallback: { weight: 0, reverse: false },
    ...ours,
  }),
  init_fail: flag({ doc: 'Takes the probe for failed until its first success.', ...ours }),
});
