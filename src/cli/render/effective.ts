/** A configuration as it takes effect, each line with the place that it comes from. */
import type { Locator } from '../../config/line-index.ts';
import type {
  Provenance,
  ProvenanceBlock,
  ProvenanceEntry,
  ProvenanceRow,
} from '../../config/provenance.ts';
import type { Span } from '../../config/source.ts';

interface Line {
  readonly text: string;
  readonly remark: string;
}

interface Layout {
  readonly locate: Locator;
  readonly defaults: boolean;
}

/**
 * Text that reads back as the same configuration: whatever nobody wrote stands in comments. With `defaults` off it is
 * left out.
 */
export function renderEffective(root: ProvenanceBlock, layout: Layout): string {
  const lines = root.rows.flatMap((row) => rowLines(row, layout, ''));
  const width = Math.min(56, Math.max(0, ...lines.map(({ text }) => text.length)));
  return lines
    .map(({ text, remark }) => `${remark === '' ? text : `${text.padEnd(width)}  # ${remark}`}\n`)
    .join('');
}

function rowLines(row: ProvenanceRow, layout: Layout, indent: string): readonly Line[] {
  switch (row.kind) {
    case 'value':
      return valueLines(row, layout, indent);
    case 'lines': {
      const inner = row.entries.map((entry) => entryLine(entry, layout, `${indent}    `));
      // The entries of a group of services are its whole contents.
      if (row.keyword === 'members') return inner.map(({ text, ...line }) => outdented(text, line));
      const open = { text: `${indent}${row.keyword} {`, remark: '' };
      return [open, ...inner, { text: `${indent}}`, remark: '' }];
    }
    case 'block':
      return blockLines(row.block, layout, indent);
  }
}

function outdented(text: string, rest: { readonly remark: string }): Line {
  return { text: text.slice(4), ...rest };
}

function blockLines(block: ProvenanceBlock, layout: Layout, indent: string): readonly Line[] {
  const inner = block.rows.flatMap((row) => rowLines(row, layout, `${indent}    `));
  if (block.at === undefined && inner.length === 0) return [];
  const header = statement(block.keyword, block.label);
  const remark = block.at === undefined ? 'not written' : place(block.at, layout);
  return [
    { text: `${indent}${header} {`, remark },
    ...inner,
    { text: `${indent}}`, remark: '' },
    ...(indent === '' ? [{ text: '', remark: '' }] : []),
  ];
}

function valueLines(
  row: Extract<ProvenanceRow, { readonly kind: 'value' }>,
  layout: Layout,
  indent: string,
): readonly Line[] {
  const { from } = row;
  if (from.kind === 'written') {
    const text = `${indent}${statement(row.keyword, row.words)}`;
    return [{ text, remark: place(from.at, layout) }];
  }
  if (!layout.defaults) return [];
  if (from.kind === 'rule') {
    return [{ text: `${indent}# ${row.keyword}`, remark: `default: ${from.rule}` }];
  }
  const text = `${indent}# ${statement(row.keyword, row.words)}`;
  return [{ text, remark: renderProvenance(from, layout) }];
}

function renderProvenance(
  from: Extract<Provenance, { kind: 'default' | 'inherited' }>,
  layout: Layout,
): string {
  if (from.kind === 'default') return 'default';
  const origin = from.from.kind === 'written' ? place(from.from.at, layout) : 'default';
  return `from ${from.through}, ${origin}`;
}

function entryLine(entry: ProvenanceEntry, layout: Layout, indent: string): Line {
  const remark = entry.at === undefined ? '' : place(entry.at, layout);
  return { text: `${indent}${entry.words}`, remark };
}

function statement(keyword: string, words: string): string {
  return words === '' ? keyword : `${keyword} ${words}`;
}

function place(span: Span, { locate }: Layout): string {
  const { path, start } = locate(span);
  return `${path}:${start.line}`;
}

/** The same for programs: `from` is a place, `default`, or the rule that decides. */
export function effectiveJson(block: ProvenanceBlock, locate: Locator): object {
  return {
    keyword: block.keyword,
    label: block.label,
    at: placeJson(block.at, locate),
    contents: block.rows.map((row) => rowJson(row, locate)),
  };
}

function rowJson(row: ProvenanceRow, locate: Locator): object {
  if (row.kind === 'block') return effectiveJson(row.block, locate);
  const { keyword } = row;
  if (row.kind === 'value') {
    const { words, value, from } = row;
    return { keyword, text: words, value: value ?? null, from: originJson(from, locate) };
  }
  const entries = row.entries.map(({ words, value, at }) => ({
    text: words,
    value,
    at: placeJson(at, locate),
  }));
  return { keyword, entries };
}

function originJson(from: Provenance, locate: Locator): object {
  if (from.kind === 'written') return { kind: 'written', at: placeJson(from.at, locate) };
  if (from.kind !== 'inherited') return from;
  return { kind: 'inherited', through: from.through, from: originJson(from.from, locate) };
}

function placeJson(span: Span | undefined, locate: Locator): object | null {
  if (span === undefined) return null;
  const { path, start } = locate(span);
  return { file: path, line: start.line, column: start.column };
}
