/** The whole engine through its driver, on a host whose ports write everything down. */
import assert from 'node:assert/strict';
import type { Mac } from '../../src/base/address.ts';
import { routeKeys } from '../../src/base/route.ts';
import { ruleKey } from '../../src/base/rule.ts';
import { after, type Duration, type Instant, microseconds } from '../../src/base/units.ts';
import { createDriver, type Driver } from '../../src/engine/driver.ts';
import type { EntrySnapshot, InstanceSnapshot } from '../../src/engine/snapshot.ts';
import type { KernelChange, LinkIndex, LinkRoute } from '../../src/ports.ts';
import { arrival } from './arrival.ts';
import { routeFrom, ruleFrom } from './engine-entries.ts';
import { modelOf } from './engine-model.ts';
import {
  createRecordingPorts,
  keyOf,
  linkNamed,
  observed,
  type RecordingPorts,
  stateOf,
} from './recording-ports.ts';
import { tellFault, tellFields } from './tell.ts';
import { createTeller } from './teller.ts';
import type { Stage } from './transcript.ts';
import {
  address,
  type Command,
  durationOf,
  instantOf,
  isSet,
  numberOf,
  type Options,
  tellTime,
} from './words.ts';

interface Play {
  readonly host: RecordingPorts;
  readonly instances: Map<string, Options>;
  readonly groups: Map<string, Options>;
  hostOptions: Options;
  driver: Driver | undefined;
}

/** A transcript that never comes to rest is cut off here. */
const WAKES_MAX = 4_000;

/** `fresh` is another host, from its first second. */
export function createEngineStage(): Stage {
  let stage = createHostStage();
  return {
    perform(command) {
      if (command.name !== 'fresh') return stage.perform(command);
      stage = createHostStage();
      return [];
    },
  };
}

function createHostStage(): Stage {
  const host = createRecordingPorts(createTeller((link) => nameOf(host, link)));
  const play: Play = {
    host,
    instances: new Map(),
    groups: new Map(),
    hostOptions: new Map(),
    driver: undefined,
  };
  addLink(host, 'eth0');
  addAddress(host, 'eth0', '10.0.0.1/24', 0);
  addAddress(host, 'eth0', 'fe80::1/64', 0);
  return {
    perform(command) {
      const written = write(play, command);
      if (written !== undefined) return written;
      const lines: string[] = [];
      const at = instantOf(command.options, 'at');
      if (at !== undefined) runUntil(play, at, lines);
      perform(play, command, lines);
      gather(play, lines);
      return [
        ...lines,
        ...tellSnapshot(play),
        ...(command.name === 'status' ? tellMore(play) : []),
      ];
    },
  };
}

/** Commands that only describe: what takes effect at `startup` or `configure`, and what the kernel holds by then. */
function write(play: Play, { name, plain, options }: Command): readonly string[] | undefined {
  const [what = ''] = plain;
  if (name === 'host') play.hostOptions = new Map([...play.hostOptions, ...options]);
  else if (name === 'instance') {
    play.instances.set(what, new Map([...(play.instances.get(what) ?? []), ...options]));
  } else if (name === 'group') {
    play.groups.set(what, new Map([...(play.groups.get(what) ?? []), ...options]));
  } else if (name === 'without') {
    play.instances.delete(what);
    play.groups.delete(what);
  } else if (name === 'link' && play.driver === undefined) addLink(play.host, what);
  else if (name === 'address') {
    const protocol = numberOf(options, 'protocol', 0);
    addAddress(play.host, options.get('on') ?? 'eth0', what, protocol);
  } else if (name === 'lose') {
    play.host.links.delete(what);
  } else if (name === 'no-address') play.host.addresses.clear();
  else if (name === 'refusing') play.host.refusing = what === 'nothing' ? undefined : what;
  else if (name === 'kept') tableChange(play.host, 'adds', options);
  else if (name === 'taken') tableChange(play.host, 'removes', options);
  else if (name === 'failing') {
    const verb = what as keyof RecordingPorts['failing'];
    play.host.failing[verb] = numberOf(options, 'times', 1);
    play.host.failingGroup = options.get('only');
  } else return undefined;
  return [];
}

function perform(play: Play, command: Command, lines: string[]): void {
  const { host } = play;
  const { name, options } = command;
  if (name === 'startup' || name === 'resume')
    start(play, name === 'resume', durationOf(options, 'after', microseconds(0)));
  else if (name === 'advance') runUntil(play, instantOf(options, 'to') ?? host.now, lines);
  else if (name === 'wake') runUntil(play, host.armed ?? host.now, lines);
  else if (name === 'stall') stall(play, options);
  else if (name === 'interrupted') interrupt(play, options);
  else if (name !== 'status') tell(play, command);
}

/**
 * `resume` kills the process: what it was asked to do next is lost, and another takes its place, `after` a while.
 */
function start(play: Play, isResumed: boolean, gap: Duration): void {
  const { neighbours } = play.host;
  const isListening = isSet(play.hostOptions, 'neighbours');
  const ports = isListening ? { ...play.host.ports, neighbours } : play.host.ports;
  const resume = isResumed ? play.driver?.snapshot() : undefined;
  play.host.now = after(play.host.now, gap);
  play.driver = createDriver({ model: currentModel(play), resume, ports });
  play.driver.start();
}

function tell(play: Play, command: Command): void {
  const { host, driver } = play;
  const { name, plain, options } = command;
  assert.ok(driver !== undefined, `${name} before startup`);
  if (name === 'unread') {
    queue(host, { ...command, name: plain[0] ?? '' });
    return;
  }
  if (name === 'configure') driver.tell({ kind: 'configure', model: currentModel(play) });
  else if (name === 'stop') driver.tell({ kind: 'stop' });
  else if (name === 'tracker') {
    const detail = options.get('detail') ?? '';
    const number = options.has('number') ? Number(options.get('number')) : undefined;
    const up = number === undefined ? plain[1] === 'up' : number === 0;
    driver.tell({ kind: 'tracker', tracker: plain[0] ?? '', up, number, detail });
  } else if (name === 'claim') {
    const link = host.links.get(options.get('on') ?? 'eth0')?.index ?? (0 as LinkIndex);
    const mac = (options.get('mac') ?? '02:00:00:00:00:99') as Mac;
    const count = numberOf(options, 'times', 1);
    for (let index = 0; index < count; index += 1) {
      host.claimed.push({ link, mac, address: address(plain[0] ?? ''), at: host.now });
    }
    driver.neighboursReady();
  } else if (name === 'advertisement' || name === 'datagram') {
    queue(host, command);
    driver.networkReady();
  } else {
    host.changed.push(changeOf(play, command));
    driver.kernelReady();
  }
}

function queue(host: RecordingPorts, command: Command): void {
  const count = numberOf(command.options, 'times', 1);
  for (let index = 0; index < count; index += 1) host.arrived.push(arrival(command, host.now));
}

/** The process stands still, and everything that was due comes at once. */
function stall({ host, driver }: Play, options: Options): void {
  host.now = instantOf(options, 'until') ?? host.now;
  driver?.timerDue();
}

/** The process is served when it is `due`, and loses the processor as soon as it has looked at its sockets. */
function interrupt({ host, driver }: Play, options: Options): void {
  host.now = instantOf(options, 'due') ?? host.now;
  host.heldUntil = instantOf(options, 'until');
  driver?.timerDue();
}

function runUntil(play: Play, until: Instant, lines: string[]): void {
  const { host, driver } = play;
  for (let wakes = 0; host.armed !== undefined && host.armed <= until; wakes += 1) {
    assert.ok(wakes < WAKES_MAX, `${WAKES_MAX} wake-ups before ${tellTime(until)}`);
    gather(play, lines);
    host.now = Math.max(host.now, host.armed) as Instant;
    driver?.timerDue();
  }
  gather(play, lines);
  host.now = Math.max(host.now, until) as Instant;
}

function gather({ host }: Play, lines: string[]): void {
  for (const line of host.taken()) lines.push(`${tellTime(host.now)} ${line}`);
}

/** `link eth0 down`, `kernel removes 10.0.0.100/24 by=4711`, `kernel adds …`. */
function changeOf({ host }: Play, { name, plain, options }: Command): KernelChange {
  const [verb = '', what = ''] = plain;
  if (name === 'link') {
    const known = host.links.get(verb);
    if (what === 'gone' && known !== undefined) {
      host.links.delete(verb);
      return { kind: 'link-gone', index: known.index };
    }
    const link = known ?? addLink(host, verb);
    const changed = { ...link, up: what !== 'down', running: what === '' || what === 'up' };
    host.links.set(verb, changed);
    return { kind: 'link', link: changed };
  }
  assert.equal(name, 'kernel', `nobody understands ${name}`);
  if (verb === 'overrun') {
    return { kind: 'resynchronised', state: stateOf(host) };
  }
  const portId = numberOf(options, 'by', 0);
  if (options.has('route') || options.has('rule')) return tableChange(host, verb, options);
  const entry = addAddress(host, options.get('on') ?? 'eth0', what, 0);
  if (verb === 'adds') return { kind: 'address', address: entry, portId };
  host.addresses.delete(keyOf(entry.link, entry.address, entry.prefix));
  return { kind: 'address-gone', address: entry, portId };
}

/** `kernel removes route=198.51.100.0/24@eth0 by=4711`. */
function tableChange(host: RecordingPorts, verb: string, options: Options): KernelChange {
  const portId = numberOf(options, 'by', 0);
  const isThere = verb === 'adds';
  const written = options.get('route');
  if (written === undefined) {
    const rule = ruleFrom(options.get('rule') ?? '');
    if (isThere) host.rules.set(ruleKey(rule), rule);
    else host.rules.delete(ruleKey(rule));
    return { kind: isThere ? 'rule' : 'rule-gone', rule, portId };
  }
  const named = routeFrom(written);
  const hops = named.hops.map((hop) => ({ ...hop, link: host.links.get(hop.link ?? '')?.index }));
  const route: LinkRoute = { ...named, hops };
  for (const key of routeKeys(route)) {
    if (isThere) host.routes.set(key, route);
    else host.routes.delete(key);
  }
  return { kind: isThere ? 'route' : 'route-gone', route, portId };
}

function addLink(host: RecordingPorts, name: string): ReturnType<typeof linkNamed> {
  const link = linkNamed(name, host.links.size + 2);
  host.links.set(name, link);
  return link;
}

function addAddress(host: RecordingPorts, on: string, text: string, protocol: number) {
  const [at = '', prefix = ''] = text.split('/');
  const link = host.links.get(on)?.index;
  assert.ok(link !== undefined, `no link is called ${on}`);
  const entry = observed(link, address(at), Number(prefix), protocol);
  host.addresses.set(keyOf(link, entry.address, entry.prefix), entry);
  return entry;
}

function nameOf(host: RecordingPorts, link: LinkIndex): string {
  if (link === 0) return 'any';
  return [...host.links.values()].find(({ index }) => index === link)?.name ?? `link ${link}`;
}

function currentModel({ instances, groups, hostOptions }: Play) {
  return modelOf({ instances, groups, host: hostOptions });
}

function tellSnapshot({ driver, host }: Play): readonly string[] {
  if (driver === undefined) return [];
  if (driver.finished) return ['finished'];
  const { instances, groups, rejected, staticEntries } = driver.snapshot();
  const refused = tellFields(rejected);
  return [
    ...instances.map(tellInstance),
    ...groups.map(({ name, state }) => `group ${name} ${state}`),
    ...(staticEntries.length > 0 ? [`host holds ${tellEntries(staticEntries)}`] : []),
    ...(refused.length > 0 ? [`host rejected ${refused.join(' ')}`] : []),
    `next wake ${host.armed === undefined ? 'never' : tellTime(host.armed)}`,
  ];
}

function tellInstance(instance: InstanceSnapshot): string {
  const { name, state, priority, deadline, masterInterval, faults, statistics } = instance;
  const until =
    deadline === undefined
      ? ''
      : `${state === 'master' ? 'advertises' : 'down'} at ${tellTime(deadline)}`;
  const present = instance.addresses.filter((entry) => entry.present).length;
  const words = [
    `${name} ${state}`,
    `priority ${priority.effective}`,
    until,
    state === 'backup' && masterInterval > 0 ? `master interval ${tellTime(masterInterval)}` : '',
    faults.length > 0 ? `faults ${faults.map(tellFault).join('; ')}` : '',
    present > 0 ? `${present} of ${instance.addresses.length} addresses` : '',
    tellEntries(instance.entries),
    ...instance.conflicts.map(
      ({ address: claimed, mac, count, still }) =>
        `${claimed} ${still ? 'still ' : ''}claimed by ${mac} ${count} times`,
    ),
    Object.keys(statistics.rejected).length > 0
      ? `rejected ${tellFields(statistics.rejected).join(' ')}`
      : '',
  ];
  return words.filter((word) => word !== '').join(', ');
}

function tellEntries(entries: readonly EntrySnapshot[]): string {
  const present = entries.filter((entry) => entry.present).length;
  return entries.length === 0 ? '' : `${present} of ${entries.length} entries`;
}

/** What `status` shows beyond the states: the counters, and who was heard. */
function tellMore({ driver }: Play): readonly string[] {
  return (driver?.snapshot().instances ?? []).flatMap(({ name, master, peers, statistics }) => {
    const { rejected: _, ...counters } = statistics;
    const heard = peers.map(
      ({ address, priority, heardAt, count }) =>
        `${name} peer ${address} priority ${priority} heard ${count} times, last at ${tellTime(heardAt)}`,
    );
    const known = master === undefined ? [] : [`${name} master ${master.address}`];
    return [`${name} ${tellFields(counters).join(' ')}`, ...known, ...heard];
  });
}
