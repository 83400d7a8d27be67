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
import { DeadlineQueue, type Waiting } from './deadline-queue.ts';
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

/** One for all: whoever needs a nonce draws one. */
const circumstances: Circumstances = {
  get nonce() {
    return nextNonce();
  },
  digest: md5,
  execute,
};

/** Where a talk leads to. */
export interface TalkEnd {
  /** Called once, never after `stop`. */
  judged(judgement: Judgement): void;
}

const givenUp = failed('given up');

export class Talk implements Waiting {
  readonly #conversation: Conversation;
  readonly #patience: DeadlineQueue;
  readonly #end: TalkEnd;
  readonly #startedAt = performance.now();
  #voice: Voice | undefined;
  #turn: Turn | undefined;
  #isOver = false;
  deadline = 0;
  queue: DeadlineQueue | undefined;
  previous: Waiting | undefined;
  next: Waiting | undefined;

  /** The timeout for the connection to be there runs from now on. */
  constructor(conversation: Conversation, timeout: Duration, end: TalkEnd) {
    this.#conversation = conversation;
    this.#patience = DeadlineQueue.of(Math.ceil(toMilliseconds(timeout)));
    this.#end = end;
    this.#patience.add(this, this.#startedAt);
  }

  get hasBegun(): boolean {
    return this.#turn !== undefined;
  }

  /** The connection is there. */
  begin(voice: Voice): void {
    if (this.#isOver) return;
    this.#voice = voice;
    this.#follow(this.#conversation.open(circumstances));
  }

  hear(heard: Heard): void {
    if (this.#turn?.kind === 'listen') this.#follow(this.#turn.hear(heard));
    else if (heard.kind === 'broken' && this.#turn === undefined) this.#judge(failed(heard.reason));
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#patience.remove(this);
    this.#isOver = true;
    this.#turn = givenUp;
  }

  overdue(): void {
    if (this.#isOver) return;
    if (this.#turn === undefined) this.#judge(failed('timeout connecting'));
    else this.hear({ kind: 'silence' });
    // Who listens on after silence has as long again.
    if (!this.#isOver) this.renew();
  }

  #follow(turn: Turn): void {
    if (turn.kind === 'judged') {
      this.#judge(turn);
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
    const most = PATIENCE * this.#patience.limit;
    if (now - this.#startedAt > most) {
      this.#judge(failed(`the answer did not end within ${most} ms`));
      return;
    }
    this.#patience.add(this, now);
  }

  #judge(judgement: Judgement): void {
    this.stop();
    this.#end.judged(judgement);
  }
}
