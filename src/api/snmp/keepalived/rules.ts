/** vrrpRuleTable. */
import type { Prefix, Rule, RuleAction, Span } from '../../../base/rule.ts';
import { entryWords } from '../../../engine/entries/words.ts';
import type { Entry } from '../../../engine/model.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, type TreePart, tableOf } from '../tables.ts';
import { addressType, gauge, inetAddress, integer, optionalText, text, truth } from '../values.ts';
import { vrrp } from './roots.ts';
import { realmColumns } from './route-extras.ts';

const table = [...vrrp, 8];

export function rules(picture: SnmpPicture): TreePart {
  const rows = () =>
    picture.instances.flatMap(({ model, now }, at) =>
      model.entries.filter(isRule).map((entry, number) => ({
        index: [at + 1, number + 1],
        columns: {
          ...selectorColumns(entry.rule),
          ...packetColumns(entry.rule),
          ...actionColumns(entry.rule),
          7: truth(
            now.entries.some(
              ({ kind, words, present }) =>
                kind === 'rule' && present && words === entryWords(entry),
            ),
          ),
        },
      })),
    );
  return { root: table, objects: () => tableOf(table, rows()) };
}

function isRule(entry: Entry): entry is Extract<Entry, { readonly kind: 'rule' }> {
  return entry.kind === 'rule';
}

function selectorColumns({ family, from, to, not }: Rule): Columns {
  const direction = from === undefined ? 'to' : to === undefined ? 'from' : 'both';
  const shown = to ?? from;
  return {
    2: text(shown === undefined ? '' : direction),
    3: shown === undefined ? undefined : integer(family === 'ipv4' ? 1 : 2),
    4: shown === undefined ? undefined : inetAddress(shown.address),
    5: shown === undefined ? undefined : gauge(shown.prefix),
    8: truth(not),
    ...prefixColumns(9, to),
    ...prefixColumns(12, from),
  };
}

function prefixColumns(first: number, prefix: Prefix | undefined): Columns {
  if (prefix === undefined) return {};
  return {
    [first]: addressType(prefix.address),
    [first + 1]: inetAddress(prefix.address),
    [first + 2]: gauge(prefix.prefix),
  };
}

/** A mask that lets everything through is none. */
const wholeMask = 0xffff_ffff;

function packetColumns(rule: Rule): Columns {
  const { mark, tunnel, users, transport, sourcePorts, destinationPorts } = rule;
  const id = tunnel === undefined ? undefined : BigInt(tunnel);
  return {
    15: gauge(rule.tos),
    16: mark === undefined ? undefined : gauge(mark.value),
    17: mark === undefined || mark.mask === wholeMask ? undefined : gauge(mark.mask),
    ...realmColumns(18, rule.realms),
    20: optionalText(rule.incoming),
    21: optionalText(rule.outgoing),
    28: id === undefined ? undefined : gauge(Number(id >> 32n)),
    29: id === undefined ? undefined : gauge(Number(id & 0xffff_ffffn)),
    ...spanColumns(30, users),
    34: transport === undefined ? undefined : gauge(transport),
    ...spanColumns(35, sourcePorts),
    ...spanColumns(37, destinationPorts),
  };
}

function spanColumns(first: number, span: Span | undefined): Columns {
  if (span === undefined) return {};
  return { [first]: gauge(span.low), [first + 1]: gauge(span.high) };
}

const actionNumbers: Readonly<Partial<Record<RuleAction['kind'], number>>> = {
  table: 1,
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
};

function actionColumns({ action, priority, suppressPrefix, suppressGroup }: Rule): Columns {
  const target = action.kind === 'table' ? gauge(action.table) : undefined;
  // A lookup in the table of a VRF is one in a table.
  const number = actionNumbers[action.kind] ?? 1;
  return {
    6: target,
    22: action.kind === 'goto' ? gauge(action.target) : undefined,
    23: integer(number),
    24: target,
    25: gauge(priority),
    26: suppressPrefix === undefined ? undefined : gauge(suppressPrefix),
    27: suppressGroup === undefined ? undefined : gauge(suppressGroup),
    32: action.kind === 'l3mdev' ? truth(true) : undefined,
  };
}
