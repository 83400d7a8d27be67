/** DNS_CHECK: what a name server answers. */

import { addresses } from './network.ts';
import type { Scenario } from './scenario.ts';
import { nobody } from './scenario.ts';

/** The query turned into an answer of this code. */
function answerTo(query: Buffer, code: number): Buffer {
  const answer = Buffer.from(query);
  answer[2] = (answer[2] ?? 0) | 0x80;
  answer[3] = code;
  return answer;
}

function withId(answer: Buffer, change: number): Buffer {
  const other = Buffer.from(answer);
  other[0] = (other[0] ?? 0) ^ change;
  return other;
}

type Answers = (query: Buffer, reply: (bytes: Buffer) => void) => void;

function scenario(name: string, answer: Answers, more: Partial<Scenario> = {}): Scenario {
  return { checker: 'DNS_CHECK', name, service: { kind: 'datagram', answer }, lines: [], ...more };
}

function coded(name: string, code: number): Scenario {
  return scenario(name, (query, reply) => reply(answerTo(query, code)));
}

const types = ['A', 'NS', 'CNAME', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'];

export const dnsScenarios: readonly Scenario[] = [
  coded('answers', 0),
  coded('FORMERR', 1),
  coded('SERVFAIL', 2),
  coded('NXDOMAIN', 3),
  coded('NOTIMP', 4),
  coded('REFUSED', 5),
  coded('a code without a name', 15),
  ...types.map((type) =>
    scenario(`is asked for ${type}`, (query, reply) => reply(answerTo(query, 0)), {
      lines: [`type ${type}`, 'name www.example.org'],
    }),
  ),
  scenario('nobody listens', () => undefined, { service: nobody }),
  scenario('silence', () => undefined),
  scenario('another id', (query, reply) => reply(withId(answerTo(query, 0), 0xff))),
  scenario('another id, then the right one', (query, reply) => {
    reply(withId(answerTo(query, 0), 0xff));
    reply(answerTo(query, 0));
  }),
  scenario('the query itself', (query, reply) => reply(query)),
  scenario('the query itself, then an answer', (query, reply) => {
    reply(query);
    reply(answerTo(query, 0));
  }),
  scenario('a header alone', (query, reply) => reply(answerTo(query, 0).subarray(0, 12))),
  scenario('five bytes', (query, reply) => reply(answerTo(query, 0).subarray(0, 5))),
  scenario('five bytes, then an answer', (query, reply) => {
    reply(answerTo(query, 0).subarray(0, 5));
    reply(answerTo(query, 0));
  }),
  scenario('nothing in a datagram', (_, reply) => reply(Buffer.alloc(0))),
  scenario('garbage', (_, reply) => reply(Buffer.alloc(300, 0xa5))),
  scenario('four kilobytes', (query, reply) =>
    reply(Buffer.concat([answerTo(query, 0), Buffer.alloc(9_000)])),
  ),
  scenario('a truncated answer', (query, reply) => {
    const answer = answerTo(query, 0);
    answer[2] = (answer[2] ?? 0) | 0x02;
    reply(answer);
  }),
  scenario('an error, then an answer', (query, reply) => {
    reply(answerTo(query, 2));
    reply(answerTo(query, 0));
  }),
  scenario('answers after 0.7 s', (query, reply) => {
    setTimeout(() => reply(answerTo(query, 0)), 700);
  }),
  scenario('answers after 9 s', (query, reply) => {
    setTimeout(() => reply(answerTo(query, 0)), 9_000);
  }),
  scenario('swallows packets', () => undefined, { service: nobody, address: addresses.silent }),
  scenario('a router says host unreachable', () => undefined, {
    service: nobody,
    address: addresses.hostUnreachable,
  }),
];
