/** Checks that converse over a plain socket: TCP, UDP and ICMP echo. */
import { hostname } from 'node:os';
import type { CheckRequest, CheckTarget } from '../../health/check.ts';
import { type Conversation, failed } from '../../health/checkers/conversation.ts';
import { conversationFor } from '../../health/checkers/conversation-for.ts';
import type { Connections } from '../../linux/checks/connections.ts';
import { wordsOfCode } from './error-words.ts';
import { Talk } from './talk.ts';
import type { Exhausted, Judged, Task } from './task.ts';

/** A conversation serves all checks of its checker: kept for as long as the engine keeps the target. */
const known = new WeakMap<
  CheckTarget,
  { readonly request: CheckRequest; readonly conversation: Conversation | undefined }
>();

export function conversationOf(request: CheckRequest): Conversation | undefined {
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
  const { target } = request;
  const opened = connections.open(target, conversation.carrier, {
    connected: () => talk.begin(voice),
    data: (bytes) => talk.hear({ kind: 'data', bytes }),
    ended: () => talk.hear({ kind: 'ended' }),
    broken: ({ code }) => talk.hear({ kind: 'broken', reason: wordsOfCode(code) }),
    complained: ({ code }, about) =>
      talk.hear({ kind: 'complaint', reason: wordsOfCode(code), about }),
  });
  if (!opened.ok) {
    return shortageOf(opened.error.code) ?? judgeSoon(judged, wordsOfCode(opened.error.code));
  }
  const fd = opened.value;
  const talk = new Talk(conversation, target.timeout, (judgement) => {
    connections.close(fd);
    judged(judgement);
  });
  const voice = {
    send(bytes: Uint8Array): string | undefined {
      const error = connections.send(fd, bytes);
      return error === undefined ? undefined : wordsOfCode(error.code);
    },
  };
  if (conversation.carrier !== 'stream') setImmediate(() => talk.begin(voice));
  return {
    kind: 'task',
    cancel() {
      talk.stop();
      connections.close(fd);
    },
  };
}

export function judgeSoon(judged: Judged, detail: string): Task {
  const immediate = setImmediate(() => judged(failed(detail)));
  return { kind: 'task', cancel: () => clearImmediate(immediate) };
}
