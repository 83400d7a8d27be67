/** What the table says about a keyword, in words: for the manual, for hovering and for completion. */
import type { BlockSchema, Keyword, ReloadClass, Scalar } from './schema.ts';
import type { Value } from './schema-value.ts';

export interface KeywordFacts {
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
  /** Keyword and what stands after it: `advert_int <DEC>`; a block ends in braces. */
  readonly form: string;
  /** `0.01..255 seconds`; undefined where anything goes. */
  readonly range: string | undefined;
  /** What applies when it is not written. */
  readonly fallback: string;
  readonly reload: string;
  /** A whole statement, several lines for a block of lines. */
  readonly example: string;
  /** Further sentences: aliases, deprecation, extension, no effect. */
  readonly notes: readonly string[];
  readonly hasEffect: boolean;
}

export function keywordFacts(keyword: Keyword): KeywordFacts {
  const { field, name } = keyword;
  return {
    name,
    doc: field.doc,
    form: formOf(keyword),
    range: field.kind === 'section' ? undefined : rangeOf(field.value),
    fallback: fallbackOf(keyword),
    reload: reloadWords[field.reload ?? 'adjust'],
    example: exampleOf(keyword),
    notes: notesOf(keyword),
    hasEffect: field.effect !== 'none',
  };
}

const reloadWords: Readonly<Record<ReloadClass, string>> = {
  keep: 'a change is not applied by a reload',
  adjust: 'a reload applies a change in place',
  restart: 'a reload restarts what it belongs to',
};

function formOf({ field, name }: Keyword): string {
  switch (field.kind) {
    case 'scalar':
      return joined(name, field.value.syntax);
    case 'lines':
      return `${name} { ${field.value.syntax}${field.each === 'word' ? '...' : ''} }`;
    case 'section':
      return `${joined(name, field.block.label?.value.syntax ?? '')} { ... }`;
  }
}

function joined(name: string, words: string): string {
  return words === '' ? name : `${name} ${words}`;
}

/** Range and unit of a value; undefined without either. */
export function rangeOf({ range, unit }: Value<unknown>): string | undefined {
  const words = [range?.replaceAll('..', ' to '), unit]
    .filter((part) => part !== undefined)
    .join(' ');
  return words === '' ? undefined : words;
}

function fallbackOf({ field }: Keyword): string {
  if (field.kind === 'scalar') return fallbackOfScalar(field);
  return (
    field.otherwise ??
    (field.kind === 'section' && field.count === 'always' ? 'its defaults' : 'none')
  );
}

/** Also of an option within a line. */
export function fallbackOfScalar({ fallback, otherwise, value, repeat }: Scalar<unknown>): string {
  if (otherwise !== undefined) return otherwise;
  if (repeat === 'collect' || fallback === undefined) return 'none';
  if (fallback === false) return 'off';
  const words = value.write(fallback);
  return value.unit === undefined ? words : `${words} ${value.unit}`;
}

function exampleOf({ field, name }: Keyword): string {
  if (field.kind === 'section') return `${joined(name, field.example)} {\n    ...\n}`;
  return joined(name, field.example);
}

function notesOf({ field }: Keyword): readonly string[] {
  const notes: string[] = [];
  for (const [alias, { deprecated }] of Object.entries(field.aliases ?? {})) {
    notes.push(
      deprecated === undefined
        ? `May also be written ${alias}.`
        : `${alias} is a deprecated name of it.`,
    );
  }
  if (field.retired !== undefined) notes.push(`Deprecated: ${field.retired}.`);
  if (field.extension === true) notes.push('Only Holdfast knows it.');
  if (field.kind === 'scalar') notes.push(...repeatNotes(field));
  if (field.effect === 'none') {
    const { reason } = field;
    notes.push(
      reason === undefined ? 'Accepted, has no effect yet.' : `Accepted, has no effect: ${reason}.`,
    );
  }
  return notes;
}

function repeatNotes({ repeat, undoes }: Scalar<unknown>): readonly string[] {
  const notes: string[] = [];
  if (repeat === 'collect') notes.push('May be repeated; every line adds one.');
  if (repeat === 'first') notes.push('When it is repeated, the first counts.');
  if (undoes !== undefined) notes.push(`Switches ${undoes} off.`);
  return notes;
}

export interface BlockChapter {
  /** The keywords of the blocks around and its own: empty for the top level. */
  readonly path: readonly string[];
  readonly keyword: Keyword | undefined;
  readonly schema: BlockSchema<unknown>;
  /** Whether anything in it can have an effect yet. */
  readonly hasEffect: boolean;
}

/** Every block of a schema, outer before inner, in the order of the table. */
export function chaptersOf(root: BlockSchema<unknown>): readonly BlockChapter[] {
  const chapters: BlockChapter[] = [];
  const visit = (chapter: BlockChapter): void => {
    chapters.push(chapter);
    for (const keyword of chapter.schema.declared) {
      const { field, name } = keyword;
      if (field.kind !== 'section') continue;
      visit({
        path: [...chapter.path, name],
        keyword,
        schema: field.block,
        hasEffect: chapter.hasEffect && field.effect !== 'none',
      });
    }
  };
  visit({ path: [], keyword: undefined, schema: root, hasEffect: true });
  return chapters;
}
