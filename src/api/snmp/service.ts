/** The daemon as a sub-agent of the host's SNMP agent. */
import { hostname } from 'node:os';
import type { Inspectable } from '../../daemon/control.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import { agentxErrors } from '../../wire/agentx.ts';
import type { MasterPdu, SearchRange } from '../../wire/agentx-decode.ts';
import type { Varbind } from '../../wire/agentx-values.ts';
import { readLinks } from './links.ts';
import { Outgoing, type Trap } from './outgoing.ts';
import { snmpPictureOf } from './picture.ts';
import { masterPlace } from './place.ts';
import { AgentxSession } from './session.ts';
import { partsOf, subtreesOf } from './subtrees.ts';
import { ObjectTree } from './tables.ts';

export interface SnmpOptions {
  readonly terms: SnmpModel;
  readonly daemon: Inspectable;
  say(sentence: string): void;
  complain(sentence: string): void;
}

/** Milliseconds from the loss of the master to the next attempt. */
const pause = 5_000;
/** A walk asks hundreds of questions: what was found is good for so many milliseconds. */
const freshFor = 500;
/** Varbinds in one answer: what is left is asked for again. */
const repetitionsMost = 100;

const nothing = new ObjectTree([]);

export class SnmpService {
  readonly #options: SnmpOptions;
  #session: AgentxSession | undefined;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** What was told last, so that an outage of hours is one line. */
  #complaint = '';
  #tree: { readonly tree: Promise<ObjectTree>; readonly readAt: number } | undefined;
  readonly #outgoing = new Outgoing();
  #isOpen = false;

  constructor(options: SnmpOptions) {
    this.#options = options;
    this.#connect();
  }

  /** What is shown is looked at anew. */
  forget(): void {
    this.#tree = undefined;
  }

  /** In order; while the master is away, what is still worth telling waits. */
  notify(traps: readonly Trap[]): void {
    this.forget();
    for (const trap of traps) this.#outgoing.add(trap);
    this.#flush();
  }

  close(): void {
    this.#isClosed = true;
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
      request: (pdu) => void this.#answer(pdu),
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
    this.#again = setTimeout(() => this.#connect(), pause).unref();
  }

  #flush(): void {
    if (!this.#isOpen) return;
    for (const { varbinds } of this.#outgoing.take()) this.#session?.notify(varbinds);
  }

  async #answer(pdu: MasterPdu): Promise<void> {
    const session = this.#session;
    switch (pdu.kind) {
      case 'get':
      case 'get-next':
      case 'get-bulk':
        session?.respond(pdu, found(await this.#objects(), pdu));
        return;
      case 'test-set':
        session?.respond(pdu, [], agentxErrors.notWritable, 1);
        return;
      case 'commit-set':
        session?.respond(pdu, [], agentxErrors.commitFailed, 1);
        return;
      case 'undo-set':
        session?.respond(pdu, []);
        return;
      default:
        // The end of a set wants no answer.
        return;
    }
  }

  #objects(): Promise<ObjectTree> {
    const now = performance.now();
    if (this.#tree === undefined || now - this.#tree.readAt > freshFor) {
      this.#tree = { tree: this.#read(), readAt: now };
    }
    return this.#tree.tree;
  }

  async #read(): Promise<ObjectTree> {
    const inspection = await this.#options.daemon.inspect();
    const picture = snmpPictureOf(inspection, { links: readLinks(), hostname: hostname() });
    return picture === undefined ? nothing : new ObjectTree(partsOf(picture));
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
