/** One policy rule of `virtual_rules` and `static_rules`. */
import { type Family, familyOf } from '../../base/address.ts';
import { flag, scalar } from '../../config/schema.ts';
import { line, noLead } from '../../config/schema-line.ts';
import { integer } from '../../config/schema-number.ts';
import { advance, peek, type Value } from '../../config/schema-value.ts';
import { choice, text } from '../../config/schema-word.ts';
import { type PrefixedAddress, prefixedAddress } from './prefixed-address.ts';
import { pattern, realms, typeOfService } from './route-parts.ts';

const count = integer({ min: 0, max: 4_294_967_295 });
const idOrName = text('a number or a name', '<ID>|<NAME>');
const range = (what: string) =>
  pattern(`a range of ${what} such as 1000-2000`, '<LOW>-<HIGH>', /^\d+-\d+$/);

/** `all` and its like say that nothing is selected, as does the absence of the word. */
const everything = ['all', 'any', 'default'];

const selected: Value<PrefixedAddress | 'all'> = {
  ...prefixedAddress,
  syntax: `${prefixedAddress.syntax}|all`,
  read(cursor) {
    if (!everything.includes(peek(cursor)?.text ?? '')) return prefixedAddress.read(cursor);
    advance(cursor);
    return 'all';
  },
  write: (value) => (value === 'all' ? value : prefixedAddress.write(value)),
};

const selectors = {
  inet: flag({ doc: 'It is an IPv4 rule.' }),
  inet6: flag({ doc: 'It is an IPv6 rule.' }),
  not: flag({ doc: 'Turns the selectors around.' }),
  from: scalar(selected, { doc: 'Source of packets.', example: '192.0.2.0/24' }),
  to: scalar(selected, { doc: 'Destination of packets.', example: '198.51.100.0/24' }),
  tos: scalar(typeOfService, {
    doc: 'Type of service of packets.',
    example: '0x10',
    aliases: { dsfield: {} },
  }),
  fwmark: scalar(
    pattern(
      'a mark such as 1 or 0x1/0xff',
      '<N>[/<MASK>]',
      /^(0x[\da-f]+|\d+)(\/(0x[\da-f]+|\d+))?$/i,
    ),
    { doc: 'Firewall mark of packets.', example: '1/255' },
  ),
  dev: scalar(text('an interface', '<IF>'), {
    doc: 'Interface that packets come in by.',
    example: 'eth0',
    aliases: { iif: {} },
  }),
  oif: scalar(text('an interface', '<IF>'), {
    doc: 'Interface that packets are bound to.',
    example: 'eth1',
  }),
  'tunnel-id': scalar(pattern('a tunnel number', '<N>', /^\d+$/), {
    doc: 'Tunnel that packets came through.',
    example: '42',
  }),
  uidrange: scalar(range('user ids'), {
    doc: 'Users that packets are from.',
    example: '1000-2000',
  }),
  ipproto: scalar(idOrName, {
    doc: 'Transport protocol of packets.',
    example: 'tcp',
    aliases: { ip_proto: { deprecated: 'write ipproto; keepalived knows no other spelling' } },
  }),
  sport: scalar(range('ports'), { doc: 'Source ports of packets.', example: '1024-65535' }),
  dport: scalar(range('ports'), { doc: 'Destination ports of packets.', example: '80-81' }),
};

const actions = {
  preference: scalar(count, {
    doc: 'Rank of the rule; smaller is asked first.',
    example: '100',
    otherwise: 'counted down from 16384',
    aliases: { order: {}, priority: {} },
  }),
  table: scalar(idOrName, {
    doc: 'Table that is looked up.',
    example: '100',
    aliases: { lookup: {} },
  }),
  l3mdev: flag({ doc: 'Looks up the table of the layer 3 master device.' }),
  realms: scalar(realms, { doc: 'Realms that the rule sets.', example: '1/2' }),
  suppress_prefixlength: scalar(integer({ min: 0, max: 128 }), {
    doc: 'Refuses results with a prefix this short.',
    example: '0',
    aliases: { sup_pl: {} },
  }),
  suppress_ifgroup: scalar(idOrName, {
    doc: 'Refuses results through interfaces of this group.',
    example: '3',
    aliases: { sup_group: {} },
  }),
  goto: scalar(count, { doc: 'Goes on at a later rule.', example: '200' }),
  nop: flag({ doc: 'Does nothing.' }),
  blackhole: flag({ doc: 'Drops packets silently.' }),
  unreachable: flag({ doc: 'Drops packets and says unreachable.' }),
  prohibit: flag({ doc: 'Drops packets and says prohibited.' }),
  type: scalar(choice(['unicast', 'blackhole', 'unreachable', 'prohibit']), {
    doc: 'The action in the spelling of older tools.',
    example: 'blackhole',
  }),
  protocol: scalar(idOrName, { doc: 'Who the rule is from.', example: 'static', otherwise: '18' }),
  no_track: flag({ doc: 'Nothing happens when somebody else removes the rule.' }),
  track_group: scalar(text('the name of a track_group'), {
    doc: 'The instances of this group are at fault while the static rule cannot be had.',
    example: 'uplinks',
  }),
};

export const ruleLine = line({
  lead: noLead,
  options: { ...selectors, ...actions },
  // A rule that lacks one of its selectors would take traffic that it was never meant for.
  whole: 'the rule is left out',
  flaw: (rule, repeated) => flawOf(rule, repeated),
  syntax: '[from <ADDR>] [to <ADDR>] [table <ID>] [preference <N>] [<OPTION>...]',
});

export type RuleLine = NonNullable<ReturnType<typeof ruleLine.read>>;

/** Each says alone what becomes of a packet. */
const soleActions = ['table', 'goto', 'l3mdev', 'nop', 'blackhole', 'unreachable', 'prohibit'];

interface Written {
  readonly inet: boolean;
  readonly inet6: boolean;
  readonly from: PrefixedAddress | 'all' | undefined;
  readonly to: PrefixedAddress | 'all' | undefined;
  readonly table: string | undefined;
  readonly goto: number | undefined;
  readonly preference: number | undefined;
  readonly type: string | undefined;
}

function flawOf(rule: Written, repeated: readonly string[]): string | undefined {
  const families = new Set<Family>(
    [rule.from, rule.to].flatMap((each) =>
      typeof each === 'object' ? [familyOf(each.address)] : [],
    ),
  );
  if (rule.inet) families.add('ipv4');
  if (rule.inet6) families.add('ipv6');
  if (families.size > 1) return 'this rule mixes IPv4 and IPv6';
  const values: Readonly<Record<string, unknown>> = { ...rule };
  const actions = soleActions.filter((key) => values[key] !== undefined && values[key] !== false);
  if (rule.type !== undefined && rule.type !== 'unicast') actions.push(`type ${rule.type}`);
  const again = repeated.find((key) => soleActions.includes(key));
  if (again !== undefined) return `this rule says ${again} twice`;
  if (actions.length > 1)
    return `this rule says ${actions.join(' and ')}, and can do one thing only`;
  if (actions.length === 0) return 'this rule says neither a table nor another action';
  if (/^(0x)?0+$/i.test(rule.table ?? '')) return 'there is no table 0';
  const { goto: target, preference } = rule;
  if (target === undefined || preference === undefined || target > preference) return undefined;
  return `goto ${target} leads back: it must be more than the preference ${preference} of the rule`;
}
