/** One connection to the AgentX master, from its opening to its loss. It is never used again after that. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { agentxErrors, encodePdu, type SubagentPdu } from '../../wire/agentx.ts';
import { decodePdu, frameLength, type MasterPdu } from '../../wire/agentx-decode.ts';
import { type Oid, renderOid, type Varbind } from '../../wire/agentx-values.ts';

export interface SessionOptions {
  readonly place: NetConnectOpts;
  readonly description: string;
  readonly subtrees: readonly Oid[];
  /** Everything is registered. */
  opened(): void;
  /** Once, whatever the reason; not after `close`. */
  lost(why: string): void;
  request(pdu: MasterPdu): void;
  /** Milliseconds between two questions whether the master is still there; for tests. */
  readonly pulse?: number;
}

/** A master that is busy with a slow script of its own is not to be left for that. */
const usualPulse = 4_000;
/** Questions in a row without an answer after which nobody is there. */
const unansweredMost = 2;
/** Of RFC 2741 6.2.3: smaller ones win; 127 is the default of everybody. */
const priority = 127;
/** Seconds that the master waits for an answer. */
const patience = 5;
/** Bytes that may wait for a master that does not read. */
const backlogMost = 4 << 20;

export class AgentxSession {
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #answers = new Map<number, (error: number) => void>();
  readonly #pulse: NodeJS.Timeout;
  #stream: Buffer = Buffer.alloc(0);
  #session = 0;
  #packet = 0;
  #isOver = false;
  #unanswered = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#socket = connect(options.place);
    this.#socket.on('connect', () => this.#open());
    this.#socket.on('data', (bytes: Buffer) => this.#heard(bytes));
    this.#socket.on('error', (error: Error) => this.#lose(error.message));
    this.#socket.on('close', () => this.#lose('the AgentX master closed the connection'));
    this.#pulse = setInterval(() => this.#ping(), options.pulse ?? usualPulse).unref();
  }

  /** `taken` is called once the master has it. */
  notify(varbinds: readonly Varbind[], taken: () => void): void {
    this.#ask({ kind: 'notify', varbinds }, taken);
  }

  respond(request: MasterPdu, varbinds: readonly Varbind[], error = 0, index = 0): void {
    const { session, transaction, packet } = request;
    this.#send({ kind: 'response', session, transaction, packet, error, index, varbinds });
  }

  /** Says goodbye. Nothing is heard of it any more. */
  close(): void {
    if (this.#isOver) return;
    if (this.#session !== 0) this.#ask({ kind: 'close' });
    this.#end();
    this.#socket.end();
    this.#socket.unref();
  }

  #open(): void {
    const { description, subtrees, opened } = this.#options;
    this.#ask({ kind: 'open', description }, (error) => {
      if (error !== agentxErrors.none) {
        this.#lose(`the AgentX master refused the session (error ${error})`);
        return;
      }
      let left = subtrees.length;
      if (left === 0) opened();
      for (const subtree of subtrees) {
        this.#ask({ kind: 'register', subtree, priority, timeout: patience }, (refusal) => {
          left -= 1;
          if (refusal !== agentxErrors.none) this.#lose(refusalText(subtree, refusal));
          else if (left === 0 && !this.#isOver) opened();
        });
      }
    });
  }

  #ping(): void {
    if (this.#unanswered >= unansweredMost) {
      this.#lose('the AgentX master does not answer');
      return;
    }
    this.#unanswered += 1;
    if (this.#session !== 0) this.#ask({ kind: 'ping' });
  }

  #ask(body: BodyOf<SubagentPdu>, answered: (error: number) => void = () => undefined): void {
    this.#packet = (this.#packet + 1) >>> 0;
    this.#answers.set(this.#packet, answered);
    this.#send({ ...body, session: this.#session, transaction: 0, packet: this.#packet });
  }

  #send(pdu: SubagentPdu): void {
    if (this.#isOver) return;
    if (this.#socket.writableLength > backlogMost) {
      this.#lose('the AgentX master does not read what it is told');
      return;
    }
    this.#socket.write(encodePdu(pdu));
  }

  #heard(bytes: Buffer): void {
    this.#stream = this.#stream.length === 0 ? bytes : Buffer.concat([this.#stream, bytes]);
    while (!this.#isOver) {
      const length = frameLength(this.#stream);
      if (length === undefined) return;
      if (!length.ok) {
        this.#lose(`it says what is no AgentX: ${length.error}`);
        return;
      }
      if (this.#stream.length < length.value) return;
      const frame = this.#stream.subarray(0, length.value);
      this.#stream = this.#stream.subarray(length.value);
      const pdu = decodePdu(frame);
      if (!pdu.ok) {
        this.#lose(`it says what is no AgentX: ${pdu.error}`);
        return;
      }
      this.#heed(pdu.value);
    }
  }

  #heed(pdu: MasterPdu): void {
    this.#unanswered = 0;
    switch (pdu.kind) {
      case 'response': {
        // Only the answer to the opening names a session that is not ours yet.
        if (this.#session === 0) this.#session = pdu.session;
        const answered = this.#answers.get(pdu.packet);
        this.#answers.delete(pdu.packet);
        answered?.(pdu.error);
        return;
      }
      case 'close':
        this.#lose('the AgentX master closed the session');
        return;
      default:
        this.#options.request(pdu);
    }
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#socket.destroy();
    this.#options.lost(why);
  }

  #end(): void {
    this.#isOver = true;
    clearInterval(this.#pulse);
  }
}

type BodyOf<Pdu> = Pdu extends unknown ? Omit<Pdu, 'session' | 'transaction' | 'packet'> : never;

function refusalText(subtree: Oid, error: number): string {
  const name = renderOid(subtree);
  return error === agentxErrors.duplicateRegistration
    ? `another program serves ${name} there already, as a keepalived of this host would: stop it`
    : `the AgentX master refused to have ${name} served (error ${error})`;
}
