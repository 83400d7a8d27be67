/**
 * What a packet filter does with a packet, as far as that can be told: rules that say something unknown leave it open, so
 * that "dropped" is never a guess. Reads what `nft -j list ruleset` prints. Pure.
 */
export type Ruleset = readonly Readonly<Record<string, unknown>>[];

export interface Flow {
  readonly hook: 'input' | 'forward';
  readonly family: 'ip' | 'ip6';
  /** `tcp`, `udp`, `vrrp`. */
  readonly protocol: string;
  readonly destination: string;
  readonly port: number | undefined;
  readonly interface: string | undefined;
  /** By which it goes on, where it is forwarded. */
  readonly output?: string | undefined;
  /** Connection tracking has given it another destination before; undefined leaves that open. */
  readonly translated?: boolean | undefined;
}

export type FilterVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'open' }
  /** `by` names the chain. */
  | { readonly kind: 'dropped'; readonly by: string };

interface Chain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly type?: string;
  readonly hook?: string;
  readonly policy?: string;
}

interface Rule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly expr: readonly Readonly<Record<string, unknown>>[];
}

type Truth = 'yes' | 'no' | 'perhaps';
type Step = 'accept' | 'drop' | 'return' | 'go-on' | 'open';

/** Each base chain may drop it; none of them alone lets it pass. */
export function filterVerdict(ruleset: Ruleset, flow: Flow): FilterVerdict {
  const chains = ruleset.flatMap(({ chain }) => (chain === undefined ? [] : [chain as Chain]));
  const rules = ruleset.flatMap(({ rule }) => (rule === undefined ? [] : [rule as Rule]));
  let isOpen = false;
  for (const chain of chains) {
    const isOurs = chain.family === flow.family || chain.family === 'inet';
    if (!isOurs || chain.type !== 'filter' || chain.hook !== flow.hook) continue;
    const step = walk(chain, { chains, rules, flow, depth: 0 });
    const end = step === 'go-on' || step === 'return' ? (chain.policy ?? 'accept') : step;
    if (end === 'drop') {
      return { kind: 'dropped', by: `${chain.family} ${chain.table} ${chain.name}` };
    }
    if (end === 'open') isOpen = true;
  }
  return { kind: isOpen ? 'open' : 'accepted' };
}

interface Walk {
  readonly chains: readonly Chain[];
  readonly rules: readonly Rule[];
  readonly flow: Flow;
  readonly depth: number;
}

const deepest = 16;

function walk(chain: Chain, way: Walk): Step {
  if (way.depth > deepest) return 'open';
  const own = way.rules.filter(
    (rule) =>
      rule.chain === chain.name && rule.table === chain.table && rule.family === chain.family,
  );
  for (const rule of own) {
    const step = follow(rule, chain, way);
    if (step !== 'go-on') return step;
  }
  return 'go-on';
}

function follow(rule: Rule, chain: Chain, way: Walk): Step {
  let truth: Truth = 'yes';
  for (const expression of rule.expr) {
    const [kind = '', value] = Object.entries(expression)[0] ?? [];
    if (kind === 'match') {
      const matched = matches(value as Match, way.flow);
      if (matched === 'no') return 'go-on';
      if (matched === 'perhaps') truth = 'perhaps';
      continue;
    }
    const step = effectOf(kind, value, chain, way);
    if (step === 'unknown') {
      truth = 'perhaps';
      continue;
    }
    if (step === 'go-on') continue;
    if (truth === 'yes') return step;
    // What may be dropped may pass as well: only what may be accepted leaves the rest open.
    return step === 'drop' ? 'go-on' : 'open';
  }
  return 'go-on';
}

const harmless = new Set(['counter', 'log', 'comment', 'mangle', 'notrack']);

function effectOf(kind: string, value: unknown, chain: Chain, way: Walk): Step | 'unknown' {
  if (kind === 'accept' || kind === 'drop' || kind === 'return') return kind;
  if (kind === 'reject') return 'drop';
  if (kind === 'jump' || kind === 'goto') {
    const { target } = value as { readonly target: string };
    const next = way.chains.find(
      ({ name, table, family }) =>
        name === target && table === chain.table && family === chain.family,
    );
    if (next === undefined) return 'open';
    const step = walk(next, { ...way, depth: way.depth + 1 });
    if (kind === 'jump') return step === 'return' ? 'go-on' : step;
    return step === 'go-on' ? 'return' : step;
  }
  return harmless.has(kind) ? 'go-on' : 'unknown';
}

interface Match {
  readonly op: string;
  readonly left: {
    readonly meta?: { readonly key: string };
    readonly payload?: { readonly protocol?: string; readonly field?: string };
    readonly ct?: { readonly key: string };
  };
  readonly right: unknown;
}

function matches({ op, left, right }: Match, flow: Flow): Truth {
  const { payload } = left;
  const transports = new Set(['tcp', 'udp', 'sctp', 'icmp', 'icmpv6']);
  if (payload?.protocol !== undefined && transports.has(payload.protocol)) {
    if (payload.protocol !== flow.protocol) return 'no';
  }
  if (payload?.protocol === (flow.family === 'ip' ? 'ip6' : 'ip')) return 'no';
  const value = factOf(left, flow);
  if (value === undefined) return 'perhaps';
  const found = isAmong(value, right);
  if (found === 'perhaps') return 'perhaps';
  if (op === '==' || op === 'in') return found;
  if (op !== '!=') return 'perhaps';
  return found === 'yes' ? 'no' : 'yes';
}

/** Of the first packet of a conversation. */
function factOf({ meta, payload, ct }: Match['left'], flow: Flow): string | number | undefined {
  if (ct?.key === 'state') return 'new';
  if (ct?.key === 'direction') return 'original';
  if (ct?.key === 'status' && flow.translated !== undefined) {
    return flow.translated ? 'dnat' : 'none';
  }
  if (meta?.key === 'oifname' || meta?.key === 'oif') return flow.output;
  if (meta?.key === 'l4proto') return flow.protocol;
  if (meta?.key === 'iifname' || meta?.key === 'iif') return flow.interface;
  if (meta?.key === 'nfproto') return flow.family === 'ip' ? 'ipv4' : 'ipv6';
  if (payload?.field === 'dport' && flow.port !== undefined) return flow.port;
  if (payload?.field === 'daddr' && payload.protocol !== 'ether') return flow.destination;
  return payload?.field === 'protocol' || payload?.field === 'nexthdr' ? flow.protocol : undefined;
}

const protocolNumbers: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 112: 'vrrp' };

function isAmong(value: string | number, right: unknown): Truth {
  if (Array.isArray(right)) return anyOf(value, right);
  if (typeof right === 'string') {
    if (right.startsWith('@')) return 'perhaps';
    return right === value ? 'yes' : 'no';
  }
  if (typeof right === 'number') {
    return right === value || protocolNumbers[right] === value ? 'yes' : 'no';
  }
  const { set, range } = right as {
    readonly set?: readonly unknown[];
    readonly range?: readonly [unknown, unknown];
  };
  if (set !== undefined) return anyOf(value, set);
  if (range === undefined || typeof value !== 'number') return 'perhaps';
  const [low, high] = range;
  return value >= Number(low) && value <= Number(high) ? 'yes' : 'no';
}

function anyOf(value: string | number, set: readonly unknown[]): Truth {
  const truths = set.map((each) => isAmong(value, each));
  return (
    truths.find((truth) => truth === 'yes') ?? truths.find((truth) => truth === 'perhaps') ?? 'no'
  );
}
