/** One source line as a terminal shows it: tabs spread, control characters made harmless, long lines trimmed. */

export interface Excerpt {
  readonly text: string;
  /** Where the marked stretch starts and how wide it is, in terminal columns. */
  readonly column: number;
  readonly width: number;
}

export interface Stretch {
  /** UTF-16 offsets within the line; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

const tabWidth = 4;
const ellipsis = '…';

export function excerpt(line: string, stretch: Stretch, widthMax: number): Excerpt {
  const shown = spread(line);
  const column = shown.columns[Math.min(stretch.start, line.length)] ?? 0;
  const end = shown.columns[Math.min(stretch.end, line.length)] ?? column;
  const width = Math.max(1, end - column);
  if (shown.width <= widthMax) return { text: shown.cells.join(''), column, width };
  const room = Math.max(8, widthMax - 2);
  const from = Math.max(0, Math.min(column - Math.floor(room / 3), shown.width - room));
  const kept = cut(shown.cells, from, room);
  const head = from > 0 ? ellipsis : '';
  const tail = from + room < shown.width ? ellipsis : '';
  return {
    text: head + kept + tail,
    column: column - from + head.length,
    width: Math.max(1, Math.min(width, room - (column - from))),
  };
}

interface Spread {
  /** What is shown for each code point, in order. */
  readonly cells: readonly string[];
  /** By UTF-16 offset: the column at which it is shown; one more for the end. */
  readonly columns: readonly number[];
  readonly width: number;
}

function spread(line: string): Spread {
  const cells: string[] = [];
  const columns: number[] = [];
  let width = 0;
  for (const letter of line) {
    for (let unit = 0; unit < letter.length; unit += 1) columns.push(width);
    const cell = letter === '\t' ? ' '.repeat(tabWidth - (width % tabWidth)) : printable(letter);
    cells.push(cell);
    width += letter === '\t' ? cell.length : widthOf(cell);
  }
  columns.push(width);
  return { cells, columns, width };
}

function cut(cells: readonly string[], from: number, room: number): string {
  let text = '';
  let column = 0;
  for (const cell of cells) {
    const width = cell.startsWith(' ') ? cell.length : widthOf(cell);
    if (column >= from && column + width <= from + room) text += cell;
    else if (column < from && column + width > from) text += ' '.repeat(column + width - from);
    column += width;
  }
  return text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const steering = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text without control characters, so that a file cannot steer the terminal of who checks it. */
export function printable(text: string): string {
  return text.replace(steering, '\ufffd');
}

/** Columns that a terminal gives to one character: two for the scripts of East Asia and for pictures. */
function widthOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200d)) return 0;
  const isWide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return isWide ? 2 : 1;
}
