/** UDP_CHECK: silence, refusal, and replies of all kinds. */
import { addresses } from './network.ts';
import { nobody, type Scenario } from './scenario.ts';

function scenario(
  name: string,
  lines: readonly string[],
  replies: readonly string[],
  more: Partial<Scenario> = {},
): Scenario {
  return {
    checker: 'UDP_CHECK',
    name,
    service: {
      kind: 'datagram',
      answer: (_, reply) => {
        for (const hex of replies) reply(Buffer.from(hex, 'hex'));
      },
    },
    lines: ['payload 0102', ...lines],
    ...more,
  };
}

function later(milliseconds: number): Partial<Scenario> {
  const answer = (_: Buffer, reply: (bytes: Buffer) => void) => {
    setTimeout(() => reply(Buffer.from('0a0b', 'hex')), milliseconds);
  };
  return { service: { kind: 'datagram', answer } };
}

/** Seen of 2.2.7 on a busy machine. */
const silence = 'its time was over before it had read what the router says, and silence is success';
const wanted = 'require_reply 0a0bXX0d';

export const udpScenarios: readonly Scenario[] = [
  scenario('silence', [], []),
  scenario('a reply that nobody asked for', [], ['0a']),
  scenario('nobody listens', [], [], { service: nobody }),
  scenario('no payload', [], [], { lines: [] }),
  scenario('no payload, and nobody listens', [], [], { lines: [], service: nobody }),
  scenario('a reply is wanted and comes', ['require_reply'], ['0a']),
  scenario('a reply is wanted and none comes', ['require_reply'], []),
  scenario('a reply is wanted, nobody listens', ['require_reply'], [], { service: nobody }),
  scenario('an empty reply', ['require_reply'], ['']),
  scenario('the pattern', [wanted], ['0a0b0c0d']),
  scenario('the pattern with any byte', [wanted], ['0a0bff0d']),
  scenario('not the pattern', [wanted], ['0a0b0c0e']),
  scenario('shorter than the pattern', [wanted], ['0a0b0c']),
  scenario('longer than the pattern', [wanted], ['0a0b0c0d0e0f']),
  scenario('shorter than the minimum', ['require_reply 0a', 'min_reply_length 3'], ['0a0b']),
  scenario('as short as the minimum', ['require_reply 0a', 'min_reply_length 2'], ['0a0b']),
  scenario('longer than the maximum', ['require_reply 0a', 'max_reply_length 3'], ['0a0b0c0d']),
  scenario('as long as the maximum', ['require_reply 0a', 'max_reply_length 3'], ['0a0b0c']),
  scenario('a minimum without a pattern', ['require_reply', 'min_reply_length 3'], ['0a']),
  scenario('a wrong reply, then the right one', [wanted], ['00', '0a0b0c0d']),
  scenario('longer than 255 bytes', ['require_reply 0a'], [`0a${'00'.repeat(299)}`]),
  scenario('longer than 255 bytes without pattern', ['require_reply'], ['00'.repeat(300)]),
  scenario('half a byte of any', ['require_reply 0Xx1'], ['0911']),
  scenario('half a byte of another', ['require_reply 0Xx1'], ['1911']),
  scenario('after 0.7 s', ['require_reply'], [], later(700)),
  scenario('after 9 s', ['require_reply'], [], later(9_000)),
  scenario('swallows packets', [], [], { service: nobody, address: addresses.silent }),
  scenario('swallows packets, a reply is wanted', ['require_reply'], [], {
    service: nobody,
    address: addresses.silent,
  }),
  scenario('a router says host unreachable', [], [], {
    service: nobody,
    address: addresses.hostUnreachable,
    unsteady: silence,
  }),
  scenario('a router says prohibited', [], [], {
    service: nobody,
    address: addresses.prohibited,
    unsteady: silence,
  }),
  scenario('no route here', [], [], { service: nobody, address: addresses.noRoute }),
  scenario('over IPv6', ['require_reply'], ['0a'], { address: '::1' }),
  scenario('refused over IPv6', [], [], { address: '::1', service: nobody }),
];
