/** The word of a list that somebody most probably meant. */

/**
 * The nearest candidate within a third of the length (at least one edit), else the one that is made of the same parts:
 * `state_file_location` is near to `state_dump_file`. Case does not count.
 */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  return nearestByLetters(written, all) ?? nearestByParts(written, all);
}

/** At least two parts in common, and at least half of all. */
function nearestByParts(written: string, candidates: readonly string[]): string | undefined {
  const own = new Set(written.toLowerCase().split(/[_-]/));
  if (own.size < 2) return undefined;
  let best: string | undefined;
  let bestShare = 0.49;
  for (const candidate of candidates) {
    const parts = new Set(candidate.split(/[_-]/));
    const shared = [...parts].filter((part) => own.has(part)).length;
    const share = shared / (own.size + parts.size - shared);
    if (shared < 2 || share <= bestShare) continue;
    best = candidate;
    bestShare = share;
  }
  return best;
}

function nearestByLetters(written: string, candidates: readonly string[]): string | undefined {
  const from = written.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(from.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - from.length) >= bestDistance) continue;
    const distance = editDistance(from, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours; anything from `limit` on is `limit`. */
function editDistance(one: string, other: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (last[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (last[column - 1] ?? limit) + (same ? 0 : 1),
      );
      if (one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? limit) + 1);
      }
      current.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest >= limit) return limit;
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? limit;
}
