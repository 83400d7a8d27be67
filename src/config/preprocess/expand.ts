/** Replaces `$NAME` and `${NAME}`: late, repeated, textual, and bounded. */
import { report } from '../findings.ts';
import { limits } from '../limits.ts';
import {
  joinMapped,
  type MappedText,
  type Place,
  placeOf,
  sliceMapped,
  type Use,
  usedBy,
  useOf,
} from '../mapped-text.ts';
import { nearest } from '../spelling.ts';
import { builtinValue } from './builtin.ts';
import { type Definition, isSpent, type Reading, spend } from './state.ts';

export interface Expanded {
  readonly line: MappedText;
  /** Further lines that a definition of several brought; they are judged as lines of their own. */
  readonly tail: readonly MappedText[];
  /** A use at the very start was replaced: the line may be a directive now, so the rest waits. */
  readonly restart: boolean;
}

/** One `$NAME` or `${…}` in a line. */
interface Written {
  readonly start: number;
  readonly end: number;
  /** What stands between the braces, or the name. */
  readonly inner: string;
  readonly braced: boolean;
}

const bareName = /\w+/y;
const bracedText = /\{\s*(\w+(?:\s+[^\s{}$]+)*)\s*\}/y;

export function expandLine(reading: Reading, original: MappedText): Expanded {
  let line = original;
  let tail: readonly MappedText[] = [];
  let from = 0;
  while (!isSpent(reading)) {
    const use = nextUse(line.text, from);
    if (use === undefined) break;
    const value = replacement(reading, line, use);
    if (value === undefined) {
      from = use.end;
      continue;
    }
    const before = sliceMapped(line, 0, use.start);
    const after = sliceMapped(line, use.end, line.text.length);
    const [first, ...more] = value;
    const last = more.pop();
    if (first === undefined) break;
    if (last === undefined) {
      line = joinMapped([before, first, after]);
    } else {
      line = joinMapped([before, first]);
      tail = [...more, joinMapped([last, after]), ...tail];
    }
    const size = value.reduce((sum, part) => sum + part.text.length, line.text.length);
    if (!spend(reading, size, placeOf(line, 0, 0).span)) break;
    if (line.text.length > limits.expandedLine) {
      spend(reading, Number.POSITIVE_INFINITY, placeOf(line, 0, 0).span);
    }
    if (use.start === 0) return { line, tail, restart: true };
    from = use.start;
  }
  return { line, tail, restart: false };
}

function nextUse(text: string, from: number): Written | undefined {
  for (let at = text.indexOf('$', from); at >= 0; at = text.indexOf('$', at + 1)) {
    const braced = text.charCodeAt(at + 1) === 123;
    const pattern = braced ? bracedText : bareName;
    pattern.lastIndex = at + 1;
    const match = pattern.exec(text);
    if (match === null) continue;
    return { start: at, end: pattern.lastIndex, inner: match[1] ?? match[0], braced };
  }
  return undefined;
}

/** The lines that stand for the use, or undefined when it stays as it is written. */
function replacement(
  reading: Reading,
  line: MappedText,
  use: Written,
): readonly MappedText[] | undefined {
  const place = placeOf(line, use.start, use.end);
  const definition = reading.definitions.get(use.inner);
  if (definition === undefined) {
    const value = builtinValue(reading, use.inner, place.span);
    if (value !== undefined) return withUse([value], line, use);
    reportUnknown(reading, { line, use, place });
    return undefined;
  }
  const outer = useOf(line, use.start, use.start + 1);
  if (isWithin(outer, definition)) {
    reportRecursive(reading, { line, use, place });
    return undefined;
  }
  if (!use.braced) reportBare(reading, { line, use, place });
  return withUse(definition.lines, line, use, definition);
}

function withUse(
  lines: readonly MappedText[],
  line: MappedText,
  use: Written,
  definition: object = lines,
): readonly MappedText[] {
  const { span, via } = placeOf(line, use.start, use.end);
  const parent = useOf(line, use.start, use.end);
  const entry: Use = {
    span,
    definition,
    parent,
    depth: via.length + 1,
    via: [...via, span],
  };
  return lines.map((value) => usedBy(value, entry));
}

/** Whether the text was itself brought in by the definition, or lies too deep to follow. */
function isWithin(use: Use | undefined, definition: Definition): boolean {
  if (use !== undefined && use.depth >= limits.expansionDepth) return true;
  for (let entry = use; entry !== undefined; entry = entry.parent) {
    if (entry.definition === definition) return true;
  }
  return false;
}

interface Found {
  readonly line: MappedText;
  readonly use: Written;
  readonly place: Place;
}

/** Once for a name: whoever forgot to define it did so for all its uses. */
function reportUnknown(reading: Reading, found: Found): void {
  const { use, place } = found;
  const { inner } = use;
  const isName = /^\w+$/.test(inner) && !/^\d+$/.test(inner);
  if (!isName || reading.unknown.has(inner)) return;
  reading.unknown.add(inner);
  const written = found.line.text.slice(use.start, use.end);
  report(reading.findings, {
    code: 'expand.unknown-name',
    span: place.span,
    message: `no parameter named ${inner} is defined; ${written} stays as it is written`,
    help: helpForUnknown(reading, use),
  });
}

function helpForUnknown(reading: Reading, { inner, braced }: Written): string {
  const { configId } = reading.options;
  if (reading.definedElsewhere.has(inner)) {
    return `it is defined for other configurations alone: write @${configId} $${inner}=text for this one`;
  }
  const meant = nearest(inner, reading.definitions.keys());
  if (meant === undefined) return `define it above with $${inner}=text`;
  return `did you mean ${braced ? `\${${meant}}` : `$${meant}`}?`;
}

function reportRecursive(reading: Reading, found: Found): void {
  report(reading.findings, {
    code: 'expand.recursive',
    span: found.place.span,
    message: `$${found.use.inner} contains itself; the inner use stays as it is written`,
    related: found.place.via.slice(0, 1).map((span) => ({ span, label: 'used here' })),
    help: 'give one of the parameters another name',
  });
}

/** keepalived knows a name without braces only before these. */
const endsBareName = /[\s,)]/;

function reportBare(reading: Reading, found: Found): void {
  const { use, place } = found;
  const next = found.line.text.charAt(use.end);
  const isOuter =
    reading.loops.length > 1 &&
    !reading.loops.at(-1)?.includes(use.inner) &&
    reading.loops.some((names) => names.includes(use.inner)) &&
    place.via.length === 0;
  if (isOuter) {
    report(reading.findings, {
      code: 'expand.outer-name',
      span: place.span,
      message: `$${use.inner} belongs to an outer repetition`,
      help: `write \${${use.inner}}`,
    });
  } else if (next !== '' && !endsBareName.test(next)) {
    report(reading.findings, {
      code: 'expand.glued-name',
      span: place.span,
      message: `other text follows $${use.inner} directly`,
      help: `write \${${use.inner}}`,
    });
  }
}
