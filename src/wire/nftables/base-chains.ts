/**
 * The chains that packets enter our table by, and those that they leave by. They are the same whatever the services are, so that what a packet costs
 * does not depend on how many there are.
 */
import type { Family } from '../../base/address.ts';
import { hostUint32 } from './attribute.ts';
import type { Hook } from './command.ts';
import type { Expression } from './expression.ts';
import {
  addressWords,
  count,
  destinationAddress,
  destinationPort,
  findServer,
  flowKey,
  protocolWord,
  SERVER,
  SETTLE,
  TARGET,
} from './layout.ts';

/** Milliseconds for which a connection to a direct server is remembered after its last packet. */
export interface FlowTimeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

/** The defaults of IPVS. */
export const FLOW_TIMEOUTS: FlowTimeouts = { tcp: 900_000, tcpFin: 120_000, udp: 300_000 };

export interface BaseChain {
  readonly name: string;
  /** Undefined where other chains go to it. */
  readonly hook: Hook | undefined;
  readonly rules: readonly (readonly Expression[])[];
}

/** A connection to this start waits so long for its second packet (milliseconds), as with IPVS. */
const OPENING = 60_000;
/** Before the usual priority of destination NAT (-100), since an address of ours is ours. */
const BALANCE = -110;
/** After every destination NAT. */
const ACCOUNT = -90;
/** Before connection tracking (-200), which these packets have no need of. */
const DIRECT = -300;
const SOURCE_NAT = 100;

export function baseChains(family: Family, timeouts: FlowTimeouts): readonly BaseChain[] {
  const balance = balanceRules(family);
  return [
    chain(
      'direct',
      { type: 'filter', at: 'prerouting', priority: DIRECT },
      direct(family, timeouts),
    ),
    chain('balance', { type: 'nat', at: 'prerouting', priority: BALANCE }, balance),
    chain('balance-local', { type: 'nat', at: 'output', priority: BALANCE }, balance),
    chain('account', { type: 'filter', at: 'prerouting', priority: ACCOUNT }, ACCOUNT_RULES),
    chain('hide', { type: 'nat', at: 'postrouting', priority: SOURCE_NAT }, [
      [{ kind: 'ct', key: 'label', to: 0 }, found('masqueraded', 0), { kind: 'masquerade' }],
    ]),
    ...delivery(family),
  ];
}

/** Of a server that is reached by its own port, by the port of the packet, or with the packet as it is. */
export type Delivery = 'translate' | 'keep-port' | 'send' | 'send-once';

/**
 * The last steps of a new connection, whose server is in its label. They stand here once and not in every service: each
 * rule that refers to a map costs the kernel a walk through all of that map when the rule is made.
 */
function delivery(family: Family): readonly BaseChain[] {
  const server: Expression = { kind: 'ct', key: 'label', to: SERVER };
  const flow = { kind: 'remember', set: 'flows', key: 0, data: SERVER } as const;
  const to = { family, address: TARGET };
  const translate = (port: number | undefined): BaseChain['rules'] => [
    [server, findServer(), { kind: 'translate', ...to, port }],
  ];
  return [
    chain('translate', undefined, translate(TARGET + addressWords(family))),
    chain('keep-port', undefined, translate(undefined)),
    chain('send', undefined, [
      [
        server,
        count('inward'),
        ...flowKey(family),
        { ...flow, how: 'delete', timeout: 0 },
        { ...flow, how: 'add', timeout: OPENING },
        ...SEND,
      ],
    ]),
    chain('send-once', undefined, [[server, count('inward'), ...SEND]]),
  ];
}

function chain(name: string, hook: Hook | undefined, rules: BaseChain['rules']): BaseChain {
  return { name, hook, rules };
}

function found(set: string, from: number): Expression {
  return { kind: 'lookup', set, from, to: undefined };
}

const ACCOUNT_RULES: BaseChain['rules'] = (['inward', 'outward'] as const).map((set, direction) => [
  { kind: 'ct', key: 'direction', to: 0 },
  { kind: 'compare', from: 0, equal: true, value: Uint8Array.of(direction) },
  { kind: 'ct', key: 'label', to: 0 },
  found(set, 0),
]);

/** In the order of IPVS: by mark, by address and port, by address alone. */
function balanceRules(family: Family): BaseChain['rules'] {
  const words = addressWords(family);
  const address = destinationAddress(family, 0);
  const protocol: Expression = { kind: 'meta', key: 'protocol', to: words };
  const goTo = (set: string): Expression => ({ kind: 'lookup', set, from: 0, to: 'verdict' });
  return [
    [{ kind: 'meta', key: 'mark', to: 0 }, { kind: 'meta', key: 'protocol', to: 1 }, goTo('marks')],
    [address, protocol, destinationPort(words + 1), goTo('services')],
    [address, protocol, goTo('wildcards')],
  ];
}

const FIN_OR_RST = 0x05;
const SYN = 0x02;

/**
 * Connections to direct servers, whose answers never come by here. What has ended is remembered apart and for a
 * shorter time, so that the last acknowledgement does not keep it for long, and is forgotten for a new start.
 */
function direct(family: Family, timeouts: FlowTimeouts): BaseChain['rules'] {
  const key = flowKey(family);
  const known = (set: string): readonly Expression[] => [
    ...key,
    { kind: 'lookup', set, from: 0, to: SERVER },
    ...SETTLE,
    count('inward'),
  ];
  const remember = (how: 'update' | 'delete', set: string, timeout: number): Expression => ({
    kind: 'remember',
    how,
    set,
    key: 0,
    data: SERVER,
    timeout,
  });
  return [
    [
      ...protocolIs('tcp', true),
      ...tcpFlags(FIN_OR_RST, true),
      ...known('flows'),
      remember('delete', 'flows', 0),
      remember('update', 'closing', timeouts.tcpFin),
      ...SEND,
    ],
    [
      ...protocolIs('tcp', true),
      ...known('flows'),
      remember('update', 'flows', timeouts.tcp),
      ...SEND,
    ],
    [...protocolIs('tcp', true), ...tcpFlags(SYN, false), ...known('closing'), ...SEND],
    [
      ...protocolIs('tcp', false),
      ...known('flows'),
      remember('update', 'flows', timeouts.udp),
      ...SEND,
    ],
  ];
}

/** A copy goes to the server's link-layer address with the packet inside as it came; the original ends here. */
const SEND: readonly Expression[] = [
  findServer(),
  { kind: 'duplicate', address: TARGET },
  { kind: 'verdict', verdict: 'drop' },
];

function protocolIs(protocol: 'tcp', equal: boolean): readonly Expression[] {
  return [
    { kind: 'meta', key: 'protocol', to: 0 },
    { kind: 'compare', from: 0, equal, value: protocolWord(protocol).subarray(0, 1) },
  ];
}

function tcpFlags(flags: number, set: boolean): readonly Expression[] {
  return [
    { kind: 'payload', base: 'transport', offset: 13, length: 1, to: 0 },
    { kind: 'mask', from: 0, to: 0, mask: Uint8Array.of(flags) },
    { kind: 'compare', from: 0, equal: !set, value: Uint8Array.of(0) },
  ];
}

/** Nothing that this host sends itself: a rule that begins so is for packets of others. */
export const FROM_OUTSIDE: readonly Expression[] = [
  { kind: 'meta', key: 'interface', to: 0 },
  { kind: 'compare', from: 0, equal: false, value: hostUint32(0) },
];
