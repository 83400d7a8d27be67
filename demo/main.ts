/**
 * The first minute with Holdfast: two directors in network namespaces share an address and spread its connections over
 * three web servers, and one trouble after the other befalls them while a visitor keeps asking. Ends by itself, with
 * code 0 only if every step kept its promise.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../test/lab/command.ts';
import { holdfast } from '../test/lab/holdfast.ts';
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
/** How long it has to stay so after a step, in milliseconds. */
const settling = 500;

interface Kept {
  readonly step: Step;
  /** Milliseconds. */
  readonly measured: number;
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
    say(`\n${await servicesOn(scenery.beta.host)}`);
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
  say(
    `Two directors, alpha and beta, with one address, ${address}, and three web servers behind it.`,
  );
  say("alpha's configuration:\n");
  say(alpha.configuration.replace(/^/gm, '    ').trimEnd());
  timeline.heading('All start; a visitor asks for a page 300 times a second');
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
  const begun: Goal = { owner: 'alpha', servers: ['web1', 'web2', 'web3'] };
  await until('alpha and three web servers serve', 15_000, () => serves(witness, begun));
  await delay(300);
  return witness;
}

type Goal = Pick<Step, 'owner' | 'servers'>;

function serves(witness: Witness, { owner, servers }: Goal): true | undefined {
  const isAnswered = witness.servers().join() === servers.join();
  return witness.master() === owner && isAnswered ? true : undefined;
}

/** What the master at the end says of its servers. */
function servicesOn(host: Scenery['client']): Promise<string> {
  return holdfast(host, 'status', '--services').catch((error: unknown) => `${error}`);
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
  const what = `${step.owner} is master, and ${step.servers.join(', ')} answer`;
  const complaint = await until(what, patience, () => serves(witness, step))
    .then(() => delay(Math.max(settling, refusalsEnd(step))))
    .then(() => (step.orphaned === true ? mourn(stage) : undefined))
    .then(() => judge(step, since, stage))
    .catch((error: unknown) => (error instanceof Error ? error.message : `${error}`));
  return { step, measured: measured(step, since, witness), complaint };
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
  if (serves(witness, step) === undefined) return 'it did not stay so';
  if (!(await owner.host.holds(address))) return `${step.owner} does not have the address`;
  if (await other.host.holds(address)) return 'both have the address';
  const late = measured(step, since, witness) > step.bound + allowance;
  return late ? 'the visitor waited too long' : '';
}

/** Until then a server that is gone may refuse some, and the next step is not to be blamed for it. */
function refusalsEnd({ measure, bound }: Step): number {
  return measure === 'refusals' ? bound + allowance : 0;
}

function measured({ measure }: Step, since: number, witness: Witness): number {
  return measure === 'silence' ? witness.longestSilence(since) : witness.refusedFor(since);
}

function table(kept: readonly Kept[], witness: Witness): string {
  const width = Math.max(...story.map((step) => step.title.length));
  const rows = kept.map(({ step, measured: length, complaint }) => {
    const waited = `${length.toFixed(0)} ms`.padStart(9);
    const bound = `${step.bound.toFixed(0)} ms`.padStart(9);
    const verdict = complaint === '' ? 'ok' : `FAILED: ${complaint}`;
    return `${step.title.padEnd(width)}  ${step.owner.padEnd(6)}${waited}${bound}  ${verdict}`;
  });
  const { asked, answered } = witness.counts();
  const head = `${''.padEnd(width)}  ${'master'.padEnd(6)}${'waited'.padStart(9)}${'bound'.padStart(9)}`;
  return [
    '',
    head,
    ...rows,
    '',
    'waited: of directors, the longest that the visitor was without an answer (0 stands for less than 25 ms); of web',
    'servers, how long after it happened a request was still refused.',
    `The visitor asked ${asked} times and was answered ${answered} times.`,
  ].join('\n');
}
