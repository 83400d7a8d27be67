/** Where every value of a configuration comes from, with the defaults that other keywords decide worked out. */
import type { ProvenanceBlock, ProvenanceRow } from '../config/provenance.ts';
import { provenanceOf } from '../config/provenance.ts';
import type { Configuration } from './load.ts';
import { globalDefs } from './sections/global.ts';
import { root } from './sections/root.ts';

/** Where a rule is the name of a keyword of `global_defs`, that keyword's own row takes its place. */
export function provenance({ model, places }: Configuration): ProvenanceBlock {
  const whole = provenanceOf(root, model, places);
  const global = whole.rows.find((row) => row.kind === 'block' && row.block.keyword === globalName);
  const known = new Map<string, ProvenanceRow>();
  for (const row of global?.kind === 'block' ? global.block.rows : []) {
    if (row.kind === 'value') known.set(row.keyword, row);
  }
  return followed(whole, known);
}

const globalName = 'global_defs';

function followed(
  block: ProvenanceBlock,
  known: ReadonlyMap<string, ProvenanceRow>,
): ProvenanceBlock {
  return {
    ...block,
    rows: block.rows.map((row) => {
      if (row.kind === 'block') return { kind: 'block', block: followed(row.block, known) };
      if (row.kind === 'lines' || row.from.kind !== 'rule') return row;
      return follow(row, known);
    }),
  };
}

type ValueRow = Extract<ProvenanceRow, { readonly kind: 'value' }>;

/** `vrrp_garp_master_delay` leads to the row of that keyword, whose own rule may lead further. */
function follow(row: ValueRow, known: ReadonlyMap<string, ProvenanceRow>): ValueRow {
  const passed: string[] = [];
  let end = row;
  while (end.from.kind === 'rule') {
    const name = /^\w+/.exec(end.from.rule)?.[0] ?? '';
    if (passed.includes(name)) break;
    const next = known.get(name);
    if (next?.kind !== 'value') {
      if (!isSwitch(name)) break;
      return { ...row, from: { kind: 'rule', rule: `${[...passed, name].join(', ')}: off` } };
    }
    passed.push(name);
    end = next;
  }
  const { from } = end;
  const through = passed.join(', ');
  if (passed.length === 0 || from.kind === 'inherited') return row;
  if (from.kind === 'rule') {
    return { ...row, from: { kind: 'rule', rule: `${through}: ${from.rule}` } };
  }
  return { ...end, keyword: row.keyword, from: { kind: 'inherited', through, from } };
}

/** A keyword of `global_defs` that is off where nobody writes it. */
function isSwitch(name: string): boolean {
  const field = globalDefs.keywords.get(name)?.field;
  return field?.kind === 'scalar' && field.fallback === false;
}
