/** PING_CHECK: who answers an echo request. */
import { complaintOf, foreign, replyTo } from './echo.ts';
import type { EchoAnswer } from './echo-stage.ts';
import { addresses } from './network.ts';
import { nobody, type Scenario } from './scenario.ts';

const bound = 'keepalived binds the socket of a ping to nothing, here it is bound as is written';

const anySequence =
  'keepalived looks at the identifier alone; the answer to another echo is none to this one';
const anySource =
  'keepalived takes a reply from anybody; what another host answers says nothing of this one';
const fast = 'keepalived waits on; here a packet that a router has given back is not waited for';

function scenario(name: string, address: string, lines: readonly string[] = []): Scenario {
  return { checker: 'PING_CHECK', name, service: nobody, lines, address };
}

const ten = new Uint8Array(10).fill(0xa5);
const stranger = { ipv4: '198.18.0.250', ipv6: 'fd98::fa' } as const;
/** The numbers of ICMP and of ICMPv6 for the same complaint. */
const complaints = [
  ['network unreachable', [3, 0], [1, 0]],
  ['host unreachable', [3, 1], [1, 3]],
  ['port unreachable', [3, 3], [1, 4]],
  ['administratively prohibited', [3, 13], [1, 1]],
  ['time exceeded', [11, 0], [3, 0]],
  ['a parameter problem', [12, 0], [4, 0]],
  ['source quench', [4, 0], [100, 0]],
] as const;

/** What comes back, beside and instead of the reply. */
type Forgery = readonly [name: string, answer: EchoAnswer, more?: Partial<Scenario>];

const answers: readonly Forgery[] = [
  ['the reply, written by hand', (request) => [replyTo(request)]],
  [
    'another identifier',
    (request) => [replyTo(request, { identifier: request.identifier ^ 0x55 })],
  ],
  [
    'another sequence',
    (request) => [replyTo(request, { sequence: request.sequence ^ 0x55 })],
    { reason: anySequence },
  ],
  ['another payload', (request) => [replyTo(request, { payload: ten })]],
  ['no payload', (request) => [replyTo(request, { payload: new Uint8Array() })]],
  [
    'one bit of the payload turned',
    (request) => [replyTo(request, { payload: request.payload.map((byte) => byte ^ 1) })],
  ],
  [
    'from another address',
    (request) => [replyTo(request, { source: stranger[request.family] })],
    { reason: anySource },
  ],
  ['half of the header', (request) => [replyTo(request, { cut: 4 })]],
  ['nothing behind the IP header', (request) => [replyTo(request, { cut: 0 })]],
  ['a wrong checksum', (request) => [replyTo(request, { wrong: 1 })]],
  ['a code that is not 0', (request) => [replyTo(request, { code: 5 })]],
  [
    'the request itself',
    ({ family, ...request }) => {
      const type = family === 'ipv4' ? 8 : 128;
      return [replyTo({ family, ...request }, { type })];
    },
  ],
  ['a reply of another kind', (request) => [replyTo(request, { type: 14 })]],
  ['the reply twice', (request) => [replyTo(request), replyTo(request)]],
  [
    'a wrong reply, then the right one',
    (request) => [replyTo(request, { identifier: request.identifier ^ 0x55 }), replyTo(request)],
  ],
  [
    'a damaged reply, then the right one',
    (request) => [replyTo(request, { wrong: 1 }), replyTo(request, { cut: 6 }), replyTo(request)],
  ],
  ['after 0.7 s', (request) => [[700, replyTo(request)]]],
  ['after 9 s', (request) => [[9_000, replyTo(request)]]],
  ...complaints.map(
    ([name, four, six]): Forgery => [
      `${name}`,
      (request) => {
        const [type, code] = request.family === 'ipv4' ? four : six;
        return [complaintOf(request, { type, code })];
      },
    ],
  ),
  [
    'host unreachable, then the reply',
    (request) => {
      const [type, code] = request.family === 'ipv4' ? ([3, 1] as const) : ([1, 3] as const);
      return [complaintOf(request, { type, code }), [200, replyTo(request)]];
    },
    { reason: fast },
  ],
  [
    'host unreachable of another echo, then the reply',
    (request) => {
      const [type, code] = request.family === 'ipv4' ? ([3, 1] as const) : ([1, 3] as const);
      return [
        complaintOf(request, { type, code, about: foreign(request) }),
        [200, replyTo(request)],
      ];
    },
  ],
];

function forged(family: string, addressOf: (index: number) => string): readonly Scenario[] {
  return answers.map(([name, answer, more = {}], index) => ({
    ...scenario(`${name}${family}`, addressOf(index)),
    service: { kind: 'echo', answer },
    ...more,
  }));
}

export const pingScenarios: readonly Scenario[] = [
  scenario('this host', '127.0.0.1'),
  scenario('this host over IPv6', '::1'),
  scenario('another host', addresses.router),
  scenario('silence', addresses.silent),
  scenario('a router says host unreachable', addresses.hostUnreachable),
  scenario('a router says prohibited', addresses.prohibited),
  scenario('no route here', addresses.noRoute),
  scenario('unreachable here', addresses.localUnreachable),
  scenario('nobody on the link', '10.99.0.77'),
  scenario('another address', '127.0.0.9', [`connect_ip ${addresses.router}`]),
  scenario('from an address', '127.0.0.1', ['bindto 127.0.0.7']),
  {
    ...scenario('from an address that is not here', '127.0.0.1', ['bindto 192.0.2.77']),
    reason: bound,
  },
  scenario('by an interface', addresses.router, [`bind_if ${addresses.link}`]),
  { ...scenario('by the wrong interface', addresses.router, ['bind_if lo']), reason: bound },
  scenario('with a mark', '127.0.0.1', ['fwmark 7']),
  scenario('with a short timeout', addresses.router, ['connect_timeout 0.5']),
  ...forged('', addresses.forged),
  ...forged(' over IPv6', addresses.forged6),
];
