/** One row of the matrix: a laboratory, two daemons in it, and the events of a pair's life. */
import { capture } from '../lab/capture.ts';
import { openLab } from '../lab/lab.ts';
import { playDuel } from './duel.ts';
import type { Match } from './matrix.ts';
import { type DaemonName, makeRouter } from './router.ts';
import { describeForm, intervalOf, virtualAddress, type WireForm } from './wire-form.ts';

/** `HOLDFAST_SELF=keepalived` shows that the matrix itself is right: it then plays keepalived in our place. */
export const self: DaemonName =
  process.env.HOLDFAST_SELF === 'keepalived' ? 'keepalived' : 'holdfast';

/** How many laboratories at once: nearly all of the time is waiting. */
export const together = Number(process.env.HOLDFAST_TOGETHER ?? 6);

/** The first one has the higher priority. */
export function match(form: WireForm, upperDaemon: DaemonName, lowerDaemon: DaemonName): Match {
  return {
    name: `${describeForm(form)}: ${upperDaemon} above ${lowerDaemon}`,
    play: async () => {
      const lab = await openLab(['a', 'b']);
      try {
        const [a, b] = [lab.host('a'), lab.host('b')];
        const tape = await capture(lab);
        const upper = makeRouter({ daemon: upperDaemon, form, host: a, peer: b, priority: 200 });
        const lower = makeRouter({ daemon: lowerDaemon, form, host: b, peer: a, priority: 100 });
        const timing = { version: form.version, interval: intervalOf(form) };
        const address = virtualAddress(form);
        const outcomes = await playDuel({ upper, lower, tape, timing, address });
        const log = `${upper.log()}\n${lower.log()}`;
        return { outcomes, log, recording: tape.recording() };
      } finally {
        await lab.close();
      }
    },
  };
}
