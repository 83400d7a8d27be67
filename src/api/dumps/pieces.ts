/**
 * Texts that are made piece by piece, and everything else goes on in between: a dump of a thousand instances takes long on a busy
 * host, and whoever makes it is also who replaces a failover process that dies.
 */
import { setImmediate } from 'node:timers/promises';

export type Pieces = Iterable<string>;

/** Milliseconds of work after which others have their turn. */
const slice = 4;

export async function gathered(pieces: Pieces): Promise<string> {
  const parts: string[] = [];
  let begin = performance.now();
  for (const piece of pieces) {
    parts.push(piece);
    if (performance.now() - begin < slice) continue;
    await setImmediate();
    begin = performance.now();
  }
  return parts.join('');
}

/** Each block as lines, below a title; nothing where there is no line. */
export function* section(title: string, blocks: Iterable<readonly string[]>): Generator<string> {
  let isBegun = false;
  for (const block of blocks) {
    if (block.length === 0) continue;
    if (!isBegun) yield `------< ${title} >------\n`;
    isBegun = true;
    yield `${block.join('\n')}\n`;
  }
}

/** One value after the other, so that none is made before its turn. */
export function* each<Item, Made>(
  items: Iterable<Item>,
  make: (item: Item) => Made,
): Generator<Made> {
  for (const item of items) yield make(item);
}
