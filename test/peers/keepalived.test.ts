/** The matrix against the packaged keepalived: every wire form, both roles, every event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capture } from '../lab/capture.ts';
import { openLab } from '../lab/lab.ts';
import { playDuel } from './duel.ts';
import { type Match, playMatrix, renderMatrix } from './matrix.ts';
import { makeRouter } from './router.ts';
import { describeForm, intervalOf, virtualAddress, type WireForm, wireForms } from './wire-form.ts';

type Daemon = 'holdfast' | 'keepalived';

/** `HOLDFAST_SELF=keepalived` shows that the matrix itself is right: keepalived against keepalived. */
const self: Daemon = process.env.HOLDFAST_SELF === 'keepalived' ? 'keepalived' : 'holdfast';
const together = Number(process.env.HOLDFAST_TOGETHER ?? 4);

const matches = wireForms.flatMap((form) => [
  match(form, self, 'keepalived'),
  match(form, 'keepalived', self),
]);

function match(form: WireForm, upperDaemon: Daemon, lowerDaemon: Daemon): Match {
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
        return { outcomes, log: `${upper.log()}\n${lower.log()}` };
      } finally {
        await lab.close();
      }
    },
  };
}

const rows = await playMatrix(matches, together);
process.stdout.write(`${renderMatrix(rows)}\n`);

for (const row of rows) {
  const firstTrouble = row.outcomes.find((outcome) => outcome.verdict !== 'passed');
  for (const outcome of row.outcomes) {
    test(`${row.name}: ${outcome.event}`, (context) => {
      context.diagnostic(outcome.detail);
      const log = outcome === firstTrouble ? `\n${row.log}` : '';
      assert.ok(outcome.verdict === 'passed', `${outcome.detail}${log}`);
    });
  }
}
