/**
 * The first minute with Holdfast: two hosts in network namespaces share an address, and one trouble after the
 * other befalls them while a visitor keeps asking. Ends by itself, with code 0 only if every step kept its promise.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../test/lab/command.ts';
import { until } from '../test/lab/until.ts';
import { haveIp } from './prerequisite.ts';
import { standing } from './rootless.ts';
import { address, nodeProgram, type Scenery, script, setScenery } from './scenery.ts';
import { boot, type Step, story } from './story.ts';
import { now, openTimeline, type Timeline } from './timeline.ts';
import { listen, type Witness } from './witness.ts';

/** Milliseconds, from the first line to the last. */
const limit = 39_000;
/** What a busy machine may add to a bound, in milliseconds, before a step counts as failed. */
const allowance = 250;

interface Kept {
  readonly step: Step;
  readonly silence: number;
  /** Empty when the step did what it should. */
  readonly complaint: string;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

const place = standing();
if (place.kind === 'done') process.exit(place.code);
if (place.kind === 'refused') {
  say('The demo makes network namespaces. This user may not (unshare says:');
  say(`${place.reason}). Run it as root: sudo npm run demo`);
  process.exit(1);
}
if (!haveIp(place.kind === 'root', say)) process.exit(1);
say(
  place.kind === 'root' ? 'As root, in network namespaces.' : 'Without root, in a user namespace.',
);
process.exit(await play());

async function play(): Promise<number> {
  const startedAt = now();
  const timeline = openTimeline(startedAt, say);
  const scenery = await setScenery();
  const watchdog = setTimeout(() => {
    timeline.flush();
    say(`\nNot over after ${limit / 1000} s: something hangs. What Holdfast wrote on alpha:`);
    say(scenery.alpha.log());
    process.exit(1);
  }, limit);
  try {
    const witness = await raiseCurtain(scenery, timeline);
    const kept: Kept[] = [];
    for (const step of story) {
      kept.push(await playStep(step, { scenery, timeline, witness }));
      if (kept.at(-1)?.complaint !== '') break;
    }
    timeline.flush();
    say(table(kept, witness));
    const ok = kept.length === story.length && kept.every((one) => one.complaint === '');
    if (!ok) say(`\nalpha wrote:\n${scenery.alpha.log()}\n\nbeta wrote:\n${scenery.beta.log()}`);
    return ok ? 0 : 1;
  } finally {
    clearTimeout(watchdog);
    await scenery.lab.close();
  }
}

async function raiseCurtain(scenery: Scenery, timeline: Timeline): Promise<Witness> {
  const { lab, alpha, beta, client } = scenery;
  say(`Two hosts, alpha and beta, one address: ${address}. alpha's configuration:\n`);
  say(alpha.configuration.replace(/^/gm, '    ').trimEnd());
  timeline.heading('Both start; a visitor asks for a page 300 times a second');
  const bridge = await command('ip', ['-n', lab.wire.name, '-o', 'link', 'show', 'dev', 'br0']);
  const index = `${Number.parseInt(bridge, 10)}`;
  const observer = lab.startOnWire(nodeProgram, [script('observer.ts'), index], {
    name: 'observer',
    binary: true,
  });
  const visitor = client.start(nodeProgram, [script('visitor.ts'), address], {
    name: 'visitor',
    binary: true,
  });
  const hosts = [alpha.host, beta.host];
  const witness = listen({ hosts, observer, visitor, timeline, address });
  boot(alpha);
  boot(beta);
  await until('alpha serves the visitor', 15_000, () => serves(witness, 'alpha'));
  await delay(700);
  return witness;
}

function serves(witness: Witness, name: string): true | undefined {
  return witness.master() === name && witness.server() === name ? true : undefined;
}

interface Stage {
  readonly scenery: Scenery;
  readonly timeline: Timeline;
  readonly witness: Witness;
}

async function playStep(step: Step, stage: Stage): Promise<Kept> {
  const { scenery, timeline, witness } = stage;
  timeline.heading(`${step.title} (at most ${step.bound.toFixed(0)} ms: ${step.because})`);
  const since = now();
  timeline.tell(since, '', `-- ${step.deed}`);
  await step.act(scenery);
  const patience = step.bound + 6_000;
  const complaint = await until(`${step.owner} serves`, patience, () => serves(witness, step.owner))
    .then(() => delay(900))
    .then(() => (step.orphaned === true ? mourn(stage) : undefined))
    .then(() => judge(step, since, stage))
    .catch((error: unknown) => (error instanceof Error ? error.message : `${error}`));
  return { step, silence: witness.longestSilence(since), complaint };
}

/** Nobody is left on alpha to take its address away: the kernel does, since Holdfast gave it a lifetime. */
async function mourn({ scenery, timeline }: Stage): Promise<void> {
  const { host } = scenery.alpha;
  const what = "alpha's kernel removes the address of the dead";
  await until(what, 6_000, async () => ((await host.holds(address)) ? undefined : true));
  timeline.tell(now(), host.name, 'has lost the address: its lifetime in the kernel ran out');
}

async function judge(step: Step, since: number, { scenery, witness }: Stage): Promise<string> {
  const [owner, other] =
    step.owner === 'alpha' ? [scenery.alpha, scenery.beta] : [scenery.beta, scenery.alpha];
  if (serves(witness, step.owner) === undefined) return `${step.owner} did not stay master`;
  if (!(await owner.host.holds(address))) return `${step.owner} does not have the address`;
  if (await other.host.holds(address)) return 'both have the address';
  const silence = witness.longestSilence(since);
  return silence > step.bound + allowance ? 'the visitor waited too long' : '';
}

function table(kept: readonly Kept[], witness: Witness): string {
  const width = Math.max(...story.map((step) => step.title.length));
  const rows = kept.map(({ step, silence, complaint }) => {
    const waited = `${silence.toFixed(0)} ms`.padStart(9);
    const bound = `${step.bound.toFixed(0)} ms`.padStart(9);
    const verdict = complaint === '' ? 'ok' : `FAILED: ${complaint}`;
    return `${step.title.padEnd(width)}  ${step.owner.padEnd(6)}${waited}${bound}  ${verdict}`;
  });
  const { asked, answered } = witness.counts();
  const head = `${''.padEnd(width)}  ${'serves'.padEnd(6)}${'waited'.padStart(9)}${'bound'.padStart(9)}`;
  return [
    '',
    head,
    ...rows,
    '',
    'waited: the longest that the visitor was without an answer; 0 stands for less than 25 ms.',
    `The visitor asked ${asked} times and was answered ${answered} times.`,
  ].join('\n');
}
