/** Carries out a conversation over one connection: says, hears, and minds the time. */
import { randomFillSync } from 'node:crypto';
import { type Duration, toMilliseconds } from '../../base/units.ts';
import {
  type Circumstances,
  type Conversation,
  failed,
  type Heard,
  type Judgement,
  type Turn,
} from '../../health/checkers/conversation.ts';
import { execute } from './execute.ts';
import { md5 } from './md5.ts';

/** What a talk needs of its connection. Sending may fail at once. */
export interface Voice {
  /** A clause that says why not, or undefined. */
  send(bytes: Uint8Array): string | undefined;
}

/** A peer that says a little for ever is given up after so many timeouts. */
const PATIENCE = 20;
const NONCES = 1_024;
const nonces = new Uint32Array(NONCES);
let used = NONCES;

function nextNonce(): number {
  if (used === NONCES) {
    randomFillSync(nonces);
    used = 0;
  }
  const nonce = nonces[used] ?? 0;
  used += 1;
  return nonce;
}

export class Talk {
  readonly #conversation: Conversation;
  /** Milliseconds. */
  readonly #limit: number;
  readonly #judged: (judgement: Judgement) => void;
  #voice: Voice | undefined;
  #turn: Turn | undefined;
  /** Until the judgement. */
  #timer: NodeJS.Timeout | undefined;
  #deadline: number;
  readonly #startedAt = performance.now();

  /** The timeout for the connection to be there runs from now on. `judged` is called once. */
  constructor(
    conversation: Conversation,
    timeout: Duration,
    judged: (judgement: Judgement) => void,
  ) {
    this.#conversation = conversation;
    this.#limit = Math.ceil(toMilliseconds(timeout));
    this.#judged = judged;
    this.#deadline = this.#startedAt + this.#limit;
    this.#timer = setTimeout(Talk.#expire, this.#limit, this);
  }

  /** Timers of Node's may come early, by as long as the loop stood still before they were set. */
  static #expire(this: void, talk: Talk): void {
    const left = talk.#deadline - performance.now();
    if (left > 0) talk.#timer = setTimeout(Talk.#expire, Math.ceil(left), talk);
    else setImmediate(Talk.#judgeLate, talk);
  }

  /** What has arrived in the meantime is read before an immediate runs: a loop that stood still blames no server. */
  static #judgeLate(this: void, talk: Talk): void {
    if (talk.#timer === undefined) return;
    if (talk.#deadline > performance.now()) Talk.#expire(talk);
    else talk.#late();
  }

  get hasBegun(): boolean {
    return this.#turn !== undefined;
  }

  /** The connection is there. */
  begin(voice: Voice): void {
    this.#voice = voice;
    const circumstances: Circumstances = { nonce: nextNonce(), digest: md5, execute };
    this.#follow(this.#conversation.open(circumstances));
  }

  hear(heard: Heard): void {
    if (this.#turn?.kind === 'listen') this.#follow(this.#turn.hear(heard));
    else if (heard.kind === 'broken' && this.#turn === undefined) this.#end(failed(heard.reason));
  }

  /** Nothing is told any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn = failed('given up');
  }

  #late(): void {
    if (this.#turn === undefined) this.#end(failed('timeout connecting'));
    else this.hear({ kind: 'silence' });
    // Who listens on after silence has as long again.
    if (this.#timer !== undefined) {
      this.renew();
      Talk.#expire(this);
    }
  }

  #follow(turn: Turn): void {
    if (turn.kind === 'judged') {
      this.#end(turn);
      return;
    }
    this.#turn = turn;
    if (turn.anew) this.renew();
    if (turn.say === undefined || this.#turn !== turn) return;
    const error = this.#voice?.send(turn.say);
    if (error !== undefined) this.hear({ kind: 'broken', reason: error });
  }

  /** The timeout starts anew. */
  renew(): void {
    const now = performance.now();
    if (now - this.#startedAt > PATIENCE * this.#limit) {
      this.#end(failed(`the answer did not end within ${PATIENCE * this.#limit} ms`));
      return;
    }
    this.#deadline = now + this.#limit;
  }

  #end(judgement: Judgement): void {
    this.stop();
    this.#judged(judgement);
  }
}
