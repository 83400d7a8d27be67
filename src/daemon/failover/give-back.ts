/** Returns memory to the host: loading and starting leave half of a heap empty, and V8 keeps it until it needs it. */

/** Takes some 10 ms for each 10 MB, in which the process does nothing else. */
export function giveBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** So many reports in a row are a storm; an ordinary change of masters brings a handful. */
const storm = 200;
/** Milliseconds without a report after which it is over. */
const calm = 3_000;

/** Called with each report: gives back once a storm is over what it has taken. */
export function giveBackAfterStorms(): () => void {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const over = (): void => {
    if (count >= storm) giveBack();
    count = 0;
    timer = undefined;
  };
  return () => {
    count += 1;
    if (timer === undefined) timer = setTimeout(over, calm).unref();
    else timer.refresh();
  };
}

/** Milliseconds after which what has been taken for a large work is not needed any more. */
const rest = 3_000;

/** Called with each part of a large work: gives back once it is over. */
export function giveBackAfterWork(): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(giveBack, rest).unref();
  };
}
