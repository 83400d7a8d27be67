/** The daemon as a sub-agent of the host's SNMP agent. */
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { ServerOrder } from '../../daemon/balancing/orders.ts';
import type { Control, Inspectable } from '../../daemon/control.ts';
import type { DaemonPlan } from '../../daemon/plan.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { InstanceModel } from '../../engine/model.ts';
import type { Report } from '../../engine/report.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import { agentxErrors } from '../../wire/agentx.ts';
import type { MasterPdu, SearchRange } from '../../wire/agentx-decode.ts';
import type { Varbind } from '../../wire/agentx-values.ts';
import type { ServicesNow } from './balancing.ts';
import { readLinks } from './links.ts';
import { Outgoing, type Trap } from './outgoing.ts';
import { type SnmpPicture, snmpPictureOf } from './picture.ts';
import { masterPlace } from './place.ts';
import { endedName, endingTraps, serviceTrapsOf } from './service-traps.ts';
import { AgentxSession } from './session.ts';
import { partsOf, subtreesOf } from './subtrees.ts';
import { ObjectTree } from './tables.ts';
import type { TrafficPair } from './traffic.ts';
import { needsPicture, trapsOf } from './traps.ts';
import { type Change, testChanges } from './writing.ts';

export interface SnmpOptions {
  readonly terms: SnmpModel;
  readonly daemon: Inspectable & Pick<Control, 'services' | 'order'>;
  say(sentence: string): void;
  complain(sentence: string): void;
}

/** Milliseconds from the loss of the master to the next attempt. */
const pause = 5_000;
/** A walk asks hundreds of questions: what was found is good for so many milliseconds. */
const freshFor = 500;
/** Varbinds in one answer: what is left is asked for again. */
const repetitionsMost = 100;

/** How long the end of the daemon waits for what is still to be told, in milliseconds. */
const lastChance = 1_000;

interface Moment {
  readonly picture: SnmpPicture | undefined;
  readonly tree: ObjectTree;
}

export class SnmpService {
  readonly #options: SnmpOptions;
  #session: AgentxSession | undefined;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** What was told last, so that an outage of hours is one line. */
  #complaint = '';
  #breakage = '';
  #latest: { readonly moment: Promise<Moment>; readonly readAt: number } | undefined;
  #terms: SnmpModel;
  readonly #instances = new Map<string, InstanceModel>();
  /** What a master has had tested, by its transaction. */
  readonly #changes = new Map<number, readonly Change[]>();
  #traffic: TrafficPair = { latest: undefined, before: undefined };
  /** Microseconds. */
  #trafficAt = 0;
  #lastServices: ServicesNow | undefined;
  #lastPicture: SnmpPicture | undefined;
  readonly #ended = new Set<string>();
  /** So that notifications leave in the order of their reports. */
  #telling: Promise<void> = Promise.resolve();
  readonly #outgoing = new Outgoing();
  #isOpen = false;

  constructor(options: SnmpOptions) {
    this.#options = options;
    this.#terms = options.terms;
    this.#connect();
  }

  /** What is shown is looked at anew. */
  forget(): void {
    this.#latest = undefined;
  }

  /** Other instances. Those that are gone are remembered until their end has been told. */
  configure(plan: DaemonPlan): void {
    this.forget();
    const { snmp: terms } = plan.doors;
    if (terms !== undefined) this.#terms = terms;
    // Without notifications nobody takes out those that are gone.
    if (!this.#terms.traps) this.#instances.clear();
    for (const model of plan.failover.instances) this.#instances.set(model.name, model);
  }

  /** In order; while the master is away, what is still worth telling waits. */
  tell(report: Report): void {
    if (report.kind !== 'transition' && report.kind !== 'group-transition') {
      if (report.kind !== 'rejected') return;
    } else this.forget();
    if (!this.#terms.traps) return;
    this.#queue(() => this.#tell(report));
  }

  tellService(report: BalancerReport): void {
    if (report.kind !== 'server' && report.kind !== 'quorum') return;
    const isEnd = report.kind === 'quorum' ? report.stopping : report.cause.kind === 'stop';
    if (!isEnd) this.forget();
    if (!this.#terms.traps || !this.#terms.checker) return;
    this.#queue(async () => {
      // Of what ends there is no picture any more.
      const picture = isEnd ? this.#lastPicture : (await this.#moment()).picture;
      if (picture === undefined) return;
      if (isEnd && report.kind === 'server') {
        this.#ended.add(endedName(report.service, report.server));
      }
      this.#send(serviceTrapsOf(report, picture, this.#ended));
    });
  }

  /** The daemon ends: tells so of services, and closes. */
  end(): Promise<void> {
    this.#queue(() => {
      const { traps, checker } = this.#terms;
      const picture = this.#lastPicture;
      if (traps && checker && picture !== undefined) this.#send(endingTraps(picture));
    });
    return this.close();
  }

  #send(traps: readonly Trap[]): void {
    for (const trap of traps) this.#outgoing.add(trap);
    this.#flush();
  }

  async #tell(report: Report): Promise<void> {
    const picture = needsPicture(report) ? (await this.#moment()).picture : undefined;
    const terms = this.#terms;
    const traps = trapsOf(report, {
      ...{ terms, picture, instances: this.#instances },
      routerId: terms.host.routerId ?? hostname(),
    });
    this.#send(traps);
    if (report.kind === 'transition' && report.to === 'deleted') {
      this.#instances.delete(report.instance);
    }
  }

  /** After the last has been told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.race([this.#telling, setTimeout(lastChance)]);
    clearTimeout(this.#again);
    this.#session?.close();
    this.#session = undefined;
  }

  #connect(): void {
    const { terms, say } = this.#options;
    const place = masterPlace(terms.socket);
    if (!place.ok) {
      this.#options.complain(place.error);
      return;
    }
    this.#session = new AgentxSession({
      place: place.value,
      description: 'Holdfast',
      subtrees: subtreesOf(terms),
      opened: () => {
        this.#complaint = '';
        this.#isOpen = true;
        say(`SNMP: served through the AgentX master at ${terms.socket}`);
        this.#flush();
      },
      lost: (why) => this.#lost(why),
      request: (pdu) => void this.#answerOrFail(pdu),
    });
  }

  #lost(why: string): void {
    this.#session = undefined;
    this.#isOpen = false;
    if (this.#isClosed) return;
    const { complain, terms } = this.#options;
    if (why !== this.#complaint) {
      complain(`SNMP cannot be served through ${terms.socket} (tried again every 5 s): ${why}`);
    }
    this.#complaint = why;
    this.#again = globalThis.setTimeout(() => this.#connect(), pause).unref();
  }

  #flush(): void {
    if (!this.#isOpen) return;
    for (const { varbinds } of this.#outgoing.take()) this.#session?.notify(varbinds);
  }

  /** Whatever goes wrong in showing something must not end what is shown. */
  async #answerOrFail(pdu: MasterPdu): Promise<void> {
    const session = this.#session;
    try {
      await this.#answer(pdu);
    } catch (thrown) {
      this.#broke('a question', thrown);
      session?.respond(pdu, [], agentxErrors.generic, 1);
    }
  }

  #broke(what: string, thrown: unknown): void {
    const sentence = `SNMP: ${what} could not be answered: ${thrown}`;
    if (sentence !== this.#breakage) this.#options.complain(sentence);
    this.#breakage = sentence;
  }

  /** The next notification leaves whatever becomes of this one. */
  #queue(work: () => void | Promise<void>): void {
    this.#telling = this.#telling.then(work).catch((thrown) => this.#broke('a change', thrown));
  }

  async #answer(pdu: MasterPdu): Promise<void> {
    const session = this.#session;
    switch (pdu.kind) {
      case 'get':
      case 'get-next':
      case 'get-bulk':
        session?.respond(pdu, found((await this.#moment()).tree, pdu));
        return;
      case 'test-set': {
        const tested = testChanges(pdu.varbinds, (await this.#moment()).picture);
        if (!tested.ok) return session?.respond(pdu, [], tested.error, tested.index);
        this.#changes.set(pdu.transaction, tested.changes);
        return session?.respond(pdu, []);
      }
      case 'commit-set': {
        const failed = this.#order(pdu.transaction, ({ order }) => order);
        return failed === undefined
          ? session?.respond(pdu, [])
          : session?.respond(pdu, [], agentxErrors.commitFailed, failed);
      }
      case 'undo-set':
        this.#order(pdu.transaction, ({ order, before }) => ({ ...order, override: before }));
        this.#changes.delete(pdu.transaction);
        return session?.respond(pdu, []);
      default:
        // The end of a set wants no answer.
        this.#changes.delete(pdu.transaction);
    }
  }

  /** The number of the first change that could not be had. */
  #order(transaction: number, wanted: (change: Change) => ServerOrder): number | undefined {
    this.forget();
    const changes = this.#changes.get(transaction) ?? [];
    const failed = changes.findIndex(
      (change) => this.#options.daemon.order(wanted(change)).kind !== 'ordered',
    );
    return failed < 0 ? undefined : failed + 1;
  }

  #moment(): Promise<Moment> {
    const now = performance.now();
    if (this.#latest === undefined || now - this.#latest.readAt > freshFor) {
      this.#latest = { moment: this.#read(), readAt: now };
    }
    return this.#latest.moment;
  }

  /** Counters are read no more often than the configuration allows. */
  async #services(): Promise<ServicesNow | undefined> {
    if (!this.#terms.checker) return undefined;
    const { latest } = this.#traffic;
    const now = performance.now() * 1_000;
    const withTraffic = latest === undefined || now - this.#trafficAt >= this.#terms.serviceAge;
    const answer = await this.#options.daemon.services(withTraffic);
    if (answer.kind !== 'services') return undefined;
    if (withTraffic) {
      this.#trafficAt = now;
      this.#traffic = { before: latest, latest: { at: answer.now, services: answer.traffic } };
    }
    // While the process ends or another begins, what was known last holds.
    if (answer.snapshot === undefined) return this.#lastServices;
    this.#lastServices = answer;
    return answer;
  }

  async #read(): Promise<Moment> {
    const { daemon } = this.#options;
    const [inspection, services] = await Promise.all([daemon.inspect(), this.#services()]);
    const picture = snmpPictureOf(inspection, {
      ...{ links: readLinks(), hostname: hostname() },
      ...{ services, traffic: this.#traffic },
    });
    if (picture === undefined) return { picture, tree: new ObjectTree([]) };
    this.#lastPicture = picture;
    return { picture, tree: new ObjectTree(partsOf(picture)) };
  }
}

function found(
  tree: ObjectTree,
  pdu: Extract<MasterPdu, { readonly ranges: readonly SearchRange[] }>,
): readonly Varbind[] {
  switch (pdu.kind) {
    case 'get':
      return pdu.ranges.map(({ start }) => ({ oid: start, value: tree.get(start) }));
    case 'get-next':
      return pdu.ranges.map((range) => nextIn(tree, range));
    case 'get-bulk': {
      const { ranges, nonRepeaters } = pdu;
      const once = ranges.slice(0, nonRepeaters).map((range) => nextIn(tree, range));
      let repeated = ranges.slice(nonRepeaters);
      const varbinds: Varbind[] = [...once];
      for (let left = Math.min(pdu.repetitions, repetitionsMost); left > 0; left -= 1) {
        const row = repeated.map((range) => nextIn(tree, range));
        varbinds.push(...row);
        if (row.every(({ value }) => value.kind === 'end-of-view')) break;
        repeated = row.map(({ oid }, at) => ({
          start: oid,
          include: false,
          end: repeated[at]?.end ?? [],
        }));
      }
      return varbinds;
    }
  }
}

function nextIn(tree: ObjectTree, { start, include, end }: SearchRange): Varbind {
  return tree.next(start, include, end) ?? { oid: start, value: { kind: 'end-of-view' } };
}
