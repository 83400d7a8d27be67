/** Checks that converse over a plain socket: TCP, UDP and ICMP echo. */
import { hostname } from 'node:os';
import type { CheckRequest, CheckTarget } from '../../health/check.ts';
import { type Conversation, failed, type Judgement } from '../../health/checkers/conversation.ts';
import { conversationFor } from '../../health/checkers/conversation-for.ts';
import type { Connections, Listener } from '../../linux/checks/connections.ts';
import type { PortError } from '../../ports.ts';
import { wordsOfCode } from './error-words.ts';
import { Talk, type TalkEnd, type Voice } from './talk.ts';
import type { Exhausted, Judged, Task } from './task.ts';

/** A conversation serves all checks of its checker: kept for as long as the engine keeps the target. */
const known = new WeakMap<
  CheckTarget,
  { readonly request: CheckRequest; readonly conversation: Conversation | undefined }
>();

export function conversationOf(request: CheckRequest): Conversation | undefined {
  // It has nothing of its own that would have to be kept.
  if (request.settings.kind === 'tcp') return conversationFor(request);
  const kept = known.get(request.target);
  if (kept?.request.settings === request.settings && kept.request.step === request.step) {
    return kept.conversation;
  }
  const { settings } = request;
  // Without a name the host's own is meant, which no pure layer knows.
  const isNameless = settings.kind === 'smtp' && settings.helo === '';
  const conversation = conversationFor(
    isNameless ? { ...request, settings: { kind: 'smtp', helo: hostname() } } : request,
  );
  known.set(request.target, { request, conversation });
  return conversation;
}

/** The kernel's lack of something, which says nothing about the server. */
const shortages = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'];

export function shortageOf(code: string): Exhausted | undefined {
  return shortages.includes(code)
    ? { kind: 'exhausted', why: `the kernel has none left (${code})` }
    : undefined;
}

export function startPlain(
  connections: Connections,
  request: CheckRequest,
  judged: Judged,
): Task | Exhausted {
  const conversation = conversationOf(request);
  if (conversation === undefined) {
    return judgeSoon(judged, `the checker has no question ${request.step}`);
  }
  const check = new PlainCheck(connections, judged);
  const refusal = check.start(request.target, conversation);
  if (refusal === undefined) return check;
  return shortageOf(refusal) ?? judgeSoon(judged, wordsOfCode(refusal));
}

/** The connection and the talk over it. */
class PlainCheck implements Task, Listener, Voice, TalkEnd {
  readonly kind = 'task';
  readonly #connections: Connections;
  readonly #judged: Judged;
  #fd = -1;
  #talk: Talk | undefined;

  constructor(connections: Connections, judged: Judged) {
    this.#connections = connections;
    this.#judged = judged;
  }

  /** The code of what there is against it. */
  start(target: CheckTarget, conversation: Conversation): string | undefined {
    const opened = this.#connections.open(target, conversation.carrier, this);
    if (!opened.ok) return opened.error.code;
    this.#fd = opened.value;
    this.#talk = new Talk(conversation, target.timeout, this);
    if (conversation.carrier !== 'stream') setImmediate(() => this.connected());
    return undefined;
  }

  cancel(): void {
    this.#talk?.stop();
    this.#connections.close(this.#fd);
  }

  connected(): void {
    this.#talk?.begin(this);
  }

  data(bytes: Uint8Array): void {
    this.#talk?.hear({ kind: 'data', bytes });
  }

  ended(): void {
    this.#talk?.hear({ kind: 'ended' });
  }

  broken({ code }: PortError): void {
    this.#talk?.hear({ kind: 'broken', reason: wordsOfCode(code) });
  }

  complained({ code }: PortError, about: Uint8Array): void {
    this.#talk?.hear({ kind: 'complaint', reason: wordsOfCode(code), about });
  }

  send(bytes: Uint8Array): string | undefined {
    const error = this.#connections.send(this.#fd, bytes);
    return error === undefined ? undefined : wordsOfCode(error.code);
  }

  judged(judgement: Judgement): void {
    this.#connections.close(this.#fd);
    this.#judged(judgement);
  }
}

export function judgeSoon(judged: Judged, detail: string): Task {
  const immediate = setImmediate(() => judged(failed(detail)));
  return { kind: 'task', cancel: () => clearImmediate(immediate) };
}
