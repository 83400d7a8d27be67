/** Prints what happens in the order in which it happened, although it is told by several processes. */

export interface Timeline {
  /** Milliseconds since 1970; a line may be told a little late. */
  readonly tell: (at: number, who: string, what: string) => void;
  readonly heading: (what: string) => void;
  readonly flush: () => void;
}

/** How long to wait for others who may have something earlier to tell. */
const patience = 60;

export function openTimeline(startedAt: number, print: (line: string) => void): Timeline {
  let held: { readonly at: number; readonly line: string }[] = [];
  const release = (until: number) => {
    const ready = held.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at);
    held = held.filter((entry) => entry.at > until);
    for (const entry of ready) print(entry.line);
  };
  const timer = setInterval(() => release(now() - patience), 20);
  timer.unref();
  return {
    tell: (at, who, what) => {
      const seconds = ((at - startedAt) / 1000).toFixed(3).padStart(8);
      held.push({ at, line: `${seconds} s  ${who.padEnd(8)} ${what}` });
    },
    heading: (what) => {
      release(Number.POSITIVE_INFINITY);
      print(`\n${what}`);
    },
    flush: () => release(Number.POSITIVE_INFINITY),
  };
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}
