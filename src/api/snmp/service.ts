/** The daemon as a sub-agent of the host's SNMP agent. */
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Control, Inspectable } from '../../daemon/control.ts';
import type { Counterpart } from '../../daemon/counterpart.ts';
import type { DaemonPlan } from '../../daemon/reading/plan.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { InstanceModel } from '../../engine/model.ts';
import type { Report } from '../../engine/report.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import { agentxErrors } from '../../wire/agentx.ts';
import type { MasterPdu } from '../../wire/agentx-decode.ts';
import { answersIn } from './answers.ts';
import { Moments } from './moments.ts';
import { Outgoing, type Trap } from './outgoing.ts';
import { masterPlace } from './place.ts';
import { endedName, endingTraps, serviceTrapsOf } from './service-traps.ts';
import { AgentxSession } from './session.ts';
import { subtreesOf } from './subtrees.ts';
import { needsPicture, trapsOf } from './traps.ts';
import { type Change, testChanges } from './writing.ts';

export interface SnmpOptions {
  readonly terms: SnmpModel;
  readonly daemon: Inspectable & Pick<Control, 'services' | 'order' | 'adjust'>;
  say(sentence: string): void;
  complain(sentence: string): void;
}

/** Milliseconds from the loss of the master to the next attempt. */
const pause = 5_000;
/** How long the end of the daemon waits for what is still to be told, in milliseconds. */
const lastChance = 1_000;

export class SnmpService {
  readonly #options: SnmpOptions;
  #session: AgentxSession | undefined;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** What was told last, so that an outage of hours is one line. */
  #complaint = '';
  #breakage = '';
  readonly #moments: Moments;
  #terms: SnmpModel;
  readonly #instances = new Map<string, InstanceModel>();
  /** What a master has had tested, by its transaction. */
  readonly #changes = new Map<number, readonly Change[]>();
  /** Servers that have been told to end. */
  readonly #ended = new Set<string>();
  /** So that notifications leave in the order of their reports. */
  #telling: Promise<void> = Promise.resolve();
  readonly #outgoing = new Outgoing();
  #isOpen = false;

  constructor(options: SnmpOptions) {
    this.#options = options;
    this.#terms = options.terms;
    this.#moments = new Moments(options.daemon);
    this.#connect();
  }

  get counterpart(): Counterpart {
    const trouble = this.#isOpen ? undefined : this.#complaint || 'it has not answered yet';
    const what = `SNMP master ${this.#terms.socket}`;
    return { what, trouble, waiting: this.#outgoing.size, lost: this.#outgoing.lost };
  }

  /** What is shown is looked at anew. */
  forget(): void {
    this.#moments.forget();
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
      const picture = isEnd
        ? this.#moments.picture
        : (await this.#moments.now(this.#terms)).picture;
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
      const picture = this.#moments.picture;
      if (traps && checker && picture !== undefined) this.#send(endingTraps(picture));
    });
    return this.close();
  }

  #send(traps: readonly Trap[]): void {
    for (const trap of traps) this.#outgoing.add(trap);
    this.#flush();
  }

  async #tell(report: Report): Promise<void> {
    const picture = needsPicture(report, this.#terms)
      ? (await this.#moments.now(this.#terms)).picture
      : undefined;
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
    this.#outgoing.putBack();
    this.#changes.clear();
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
    for (const trap of this.#outgoing.take()) {
      this.#session?.notify(trap.varbinds, () => this.#outgoing.taken(trap));
    }
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
        session?.respond(pdu, answersIn((await this.#moments.now(this.#terms)).tree, pdu));
        return;
      case 'test-set': {
        const tested = testChanges(pdu.varbinds, (await this.#moments.now(this.#terms)).picture);
        if (!tested.ok) return session?.respond(pdu, [], tested.error, tested.index);
        this.#changes.set(pdu.transaction, tested.changes);
        return session?.respond(pdu, []);
      }
      case 'commit-set': {
        const failed = this.#order(pdu.transaction, ({ wanted }) => wanted);
        return failed === undefined
          ? session?.respond(pdu, [])
          : session?.respond(pdu, [], agentxErrors.commitFailed, failed);
      }
      case 'undo-set':
        this.#order(pdu.transaction, ({ before }) => before);
        this.#changes.delete(pdu.transaction);
        return session?.respond(pdu, []);
      default:
        // The end of a set wants no answer.
        this.#changes.delete(pdu.transaction);
    }
  }

  /** The number of the first change that could not be had. */
  #order(transaction: number, wanted: (change: Change) => Change['wanted']): number | undefined {
    this.forget();
    const { daemon } = this.#options;
    const changes = this.#changes.get(transaction) ?? [];
    const failed = changes.findIndex((change) => {
      const order = wanted(change);
      return 'instance' in order ? !daemon.adjust(order) : daemon.order(order).kind !== 'ordered';
    });
    return failed < 0 ? undefined : failed + 1;
  }
}
