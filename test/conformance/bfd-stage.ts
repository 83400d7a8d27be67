/** BFD sessions through their driver, on a host whose UDP port writes everything down. */
import assert from 'node:assert/strict';
import { familyOf } from '../../src/base/address.ts';
import {
  type Instant,
  microseconds,
  milliseconds,
  seconds,
  wallTime,
} from '../../src/base/units.ts';
import { type BfdDriver, createBfdDriver } from '../../src/engine/bfd/driver.ts';
import type { BfdModel } from '../../src/engine/bfd/model.ts';
import type { BfdReport } from '../../src/engine/bfd/report.ts';
import type { BfdSessionSnapshot } from '../../src/engine/bfd/snapshot.ts';
import { sessionCauseWords } from '../../src/engine/bfd/words.ts';
import type { LinkIndex } from '../../src/ports.ts';
import { sessionDeadline } from '../../src/protocol/bfd/state.ts';
import type { ReceivedUdpDatagram, UdpDatagram, UdpReception } from '../../src/udp-port.ts';
import { type BfdState, decodeBfdPacket, encodeBfdPacket } from '../../src/wire/bfd.ts';
import { tellFields } from './tell.ts';
import type { Stage } from './transcript.ts';
import {
  addressOf,
  type Command,
  durationOf,
  instantOf,
  isSet,
  numberOf,
  type Options,
  tellTime,
} from './words.ts';

/** A transcript that never comes to rest is cut off here. */
const WAKES_MAX = 4_000;
/** What the neighbour of a transcript calls its session. */
const THEIRS = 4711;

interface Play {
  readonly sessions: Map<string, Options>;
  /** Of our discriminators, in the order in which they were seen: transcripts call them `our-1`, `our-2`. */
  readonly ours: number[];
  readonly arrived: ReceivedUdpDatagram[];
  readonly done: string[];
  seed: number;
  failing: string | undefined;
  /** Datagrams that the host has thrown away. */
  lost: number;
  /** When the process that reads next comes to what it does with that. */
  heldUntil: Instant | undefined;
  now: Instant;
  armed: Instant | undefined;
  driver: BfdDriver | undefined;
}

/** `fresh` is another host, from its first second. */
export function createBfdStage(): Stage {
  let play = newPlay();
  return {
    perform(command) {
      if (command.name !== 'fresh') return perform(play, command);
      play = newPlay();
      return [];
    },
  };
}

function newPlay(): Play {
  return {
    ...{ sessions: new Map(), ours: [], arrived: [], done: [], seed: 1 },
    ...{ failing: undefined, lost: 0, heldUntil: undefined, now: 0 as Instant },
    ...{ armed: undefined, driver: undefined },
  };
}

function perform(play: Play, command: Command): readonly string[] {
  const { name, plain, options } = command;
  const [what = ''] = plain;
  if (name === 'bfd') {
    play.sessions.set(what, new Map([...(play.sessions.get(what) ?? []), ...options]));
    return [];
  }
  if (name === 'without') {
    play.sessions.delete(what);
    return [];
  }
  const at = instantOf(options, 'at');
  if (at !== undefined) runUntil(play, at);
  act(play, command);
  const told = play.done.splice(0).map((line) => `${line}`);
  return [...told, ...tellSnapshot(play)];
}

function act(play: Play, { name, plain, options }: Command): void {
  const { driver } = play;
  if (name === 'startup' || name === 'resume') {
    play.driver = start(play, name === 'resume');
    return;
  }
  assert.ok(driver !== undefined, `${name} before startup`);
  if (name === 'advance') runUntil(play, instantOf(options, 'to') ?? play.now);
  else if (name === 'wake') runUntil(play, play.armed ?? play.now);
  else if (name === 'configure') driver.configure(modelsOf(play));
  else if (name === 'stop') driver.stop();
  else if (name === 'failing') play.failing = plain[0] === 'nothing' ? undefined : plain[0];
  else if (name === 'overflow') play.lost = numberOf(options, 'lost', 1);
  else if (name === 'stall' || name === 'interrupted') {
    const until = instantOf(options, 'until') ?? play.now;
    play.now = instantOf(options, 'due') ?? until;
    play.heldUntil = until;
    driver.timerDue();
  } else if (name === 'unread' || name === 'packet') {
    for (let count = numberOf(options, 'times', 1); count > 0; count -= 1) {
      play.arrived.push(arrival(play, plain, options));
    }
    if (name === 'packet') driver.networkReady();
  } else assert.fail(`nobody understands ${name}`);
}

/** `resume` kills the process: another takes its place, with other chances. */
function start(play: Play, isResumed: boolean): BfdDriver {
  const resume = isResumed ? play.driver?.snapshot() : undefined;
  play.seed += 1;
  const note = (line: string): void => void play.done.push(`${tellTime(play.now)} ${line}`);
  const driver = createBfdDriver({
    models: modelsOf(play),
    resume,
    seed: play.seed,
    ports: {
      clock: { now: () => play.now, wall: () => wallTime(0) },
      timer: {
        arm: (at) => {
          play.armed = at;
        },
      },
      network: {
        listen(endpoints) {
          note(`listen ${endpoints.map(({ family, port }) => `${family} ${port}`).join(', ')}`);
          return [];
        },
        transmit(datagrams) {
          for (const datagram of datagrams) note(tellPacket(play, datagram));
          if (play.failing === undefined) return [];
          const error = { errno: 0, code: play.failing, detail: '' };
          return datagrams.map((_, index) => ({ index, error }));
        },
        receive: (limit) => receive(play, limit),
      },
      report: (reports) => {
        for (const report of reports) note(tellReport(report));
      },
      tell: ({ tracker, up, detail }) =>
        note(`verdict ${tracker} ${up ? 'up' : 'down'}: ${detail}`),
    },
  });
  driver.start();
  return driver;
}

function receive(play: Play, limit: number): UdpReception {
  const { heldUntil, lost } = play;
  play.lost = 0;
  play.heldUntil = undefined;
  const readUntil = play.now;
  const datagrams = play.arrived
    .filter(({ receivedAt }) => receivedAt <= readUntil)
    .slice(0, limit);
  for (const one of datagrams) play.arrived.splice(play.arrived.indexOf(one), 1);
  // The processor is taken away as soon as everything has been read.
  play.now = heldUntil ?? play.now;
  return { datagrams, readUntil, lost };
}

function runUntil(play: Play, until: Instant): void {
  for (let wakes = 0; play.armed !== undefined && play.armed <= until; wakes += 1) {
    assert.ok(wakes < WAKES_MAX, `${WAKES_MAX} wake-ups before ${tellTime(until)}`);
    play.now = Math.max(play.now, play.armed) as Instant;
    play.driver?.timerDue();
  }
  play.now = Math.max(play.now, until) as Instant;
}

function modelsOf({ sessions }: Play): readonly BfdModel[] {
  return [...sessions].map(([name, options]) => {
    const neighbour = addressOf(options, 'neighbour', '10.0.0.2');
    const hopLimit = numberOf(options, 'ttl', 255);
    return {
      name,
      neighbour,
      source: options.has('source') ? addressOf(options, 'source', '') : undefined,
      multihop: isSet(options, 'multihop'),
      minTransmit: durationOf(options, 'min_tx', milliseconds(10)),
      minReceive: durationOf(options, 'min_rx', milliseconds(10)),
      idleTransmit: durationOf(options, 'idle_tx', seconds(1)),
      multiplier: numberOf(options, 'multiplier', 3),
      passive: isSet(options, 'passive'),
      hopLimit,
      hopLimitLeast: Math.max(0, hopLimit - numberOf(options, 'max_hops', 0)),
      forFailover: !isSet(options, 'checker'),
      forChecks: true,
      tracked: true,
    };
  });
}

/** `packet init your=our-1 tx=10ms rx=10ms poll`. */
function arrival(play: Play, [state = 'down']: readonly string[], options: Options) {
  const source = addressOf(options, 'from', '10.0.0.2');
  const own = familyOf(source) === 'ipv4' ? '10.0.0.1' : '2001:db8::1';
  const your = options.get('your') ?? 'our-1';
  const index = /^our-(\d+)$/.exec(your)?.[1];
  const payload = encodeBfdPacket({
    state: state as BfdState,
    diagnostic: numberOf(options, 'diag', 0),
    poll: isSet(options, 'poll'),
    final: isSet(options, 'final'),
    controlPlaneIndependent: false,
    demand: isSet(options, 'demand'),
    detectMultiplier: numberOf(options, 'multiplier', 3),
    myDiscriminator:
      options.get('my') === 'ours' ? (play.ours[0] ?? 0) : numberOf(options, 'my', THEIRS),
    yourDiscriminator: index === undefined ? Number(your) : (play.ours[Number(index) - 1] ?? 0),
    desiredTransmitInterval: durationOf(options, 'tx', seconds(1)),
    requiredReceiveInterval: durationOf(options, 'rx', milliseconds(10)),
    requiredEchoInterval: microseconds(0),
  });
  for (const [bit, at, mask] of BITS) {
    if (isSet(options, bit)) payload[at] = (payload[at] ?? 0) ^ mask;
  }
  return {
    source,
    destination: addressOf(options, 'to', own),
    destinationPort: numberOf(options, 'port', 3784),
    link: 2 as LinkIndex,
    hopLimit: numberOf(options, 'ttl', 255),
    payload: payload.slice(0, numberOf(options, 'cut', payload.length)),
    receivedAt: instantOf(options, 'received') ?? play.now,
  };
}

/** What a packet may have wrong: byte and bits to turn over. */
const BITS: readonly (readonly [name: string, at: number, mask: number])[] = [
  ['version', 0, 0x60],
  ['authenticated', 1, 0x04],
  ['multipoint', 1, 0x01],
  ['length', 3, 0xff],
  ['shorter', 3, 0x0f],
];

function tellPacket(play: Play, datagram: UdpDatagram): string {
  const decoded = decodeBfdPacket(datagram.payload);
  assert.ok(decoded.ok, 'we send what we understand');
  const packet = decoded.value;
  if (!play.ours.includes(packet.myDiscriminator)) play.ours.push(packet.myDiscriminator);
  assert.ok(datagram.sourcePort >= 49_152 && datagram.sourcePort <= 65_535);
  const flags = [packet.poll ? ' poll' : '', packet.final ? ' final' : ''].join('');
  const ttl = datagram.hopLimit === 255 ? '' : ` ttl ${datagram.hopLimit}`;
  const port = datagram.destinationPort === 3784 ? '' : ` port ${datagram.destinationPort}`;
  const diagnostic = packet.diagnostic === 0 ? '' : ` diag ${packet.diagnostic}`;
  const from = datagram.source === undefined ? '' : `${datagram.source} > `;
  return [
    `send ${from}${datagram.destination}${port}${ttl} ${packet.state}${flags}${diagnostic}`,
    `our-${play.ours.indexOf(packet.myDiscriminator) + 1} your ${packet.yourDiscriminator}`,
    `tx ${tellTime(packet.desiredTransmitInterval)} rx ${tellTime(packet.requiredReceiveInterval)} x${packet.detectMultiplier}`,
  ].join(' ');
}

function tellReport(report: BfdReport): string {
  if (report.kind === 'bfd-transition') {
    const { session, from, to, cause } = report;
    return `report ${session} ${from} -> ${to}: ${sessionCauseWords(cause)}`;
  }
  if (report.kind === 'bfd-timers') {
    const { session, transmit, detection } = report;
    return `report ${session} sends every ${tellTime(transmit)}, detection time ${tellTime(detection)}`;
  }
  const { kind, at: _, ...fields } = report;
  return ['report', kind, ...tellFields(fields)].join(' ');
}

function tellSnapshot({ driver, armed }: Play): readonly string[] {
  if (driver === undefined) return [];
  const { sessions, rejected, overflowed } = driver.snapshot();
  const refused = tellFields(rejected);
  return [
    ...sessions.map(tellSession),
    ...(refused.length > 0 ? [`rejected ${refused.join(' ')}`] : []),
    ...(overflowed > 0 ? [`overflowed ${overflowed}`] : []),
    `next wake ${armed === undefined ? 'never' : tellTime(armed)}`,
  ];
}

function tellSession({ model, state, statistics }: BfdSessionSnapshot): string {
  const { transmitAt, detectAt } = state;
  const rejected = tellFields(statistics.rejected);
  const words = [
    `${model.name} ${state.state}`,
    state.polling ? 'polling' : '',
    transmitAt === undefined ? '' : `sends at ${tellTime(transmitAt)}`,
    detectAt === undefined ? '' : `lost at ${tellTime(detectAt)}`,
    rejected.length > 0 ? `rejected ${rejected.join(' ')}` : '',
  ];
  assert.ok(transmitAt === undefined || (sessionDeadline(state) ?? 0) <= transmitAt);
  return words.filter((word) => word !== '').join(', ');
}
