/**
 * How a check talks, without a socket: each turn says something, listens, and holds what comes next. A turn is a value
 * that is never changed, so one conversation serves every check of its checker.
 */

/** What a conversation hears after it has spoken. */
export type Heard =
  /** Bytes of a stream, or one datagram. They are somebody else's after `hear` has returned. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The peer has ended the stream. */
  | { readonly kind: 'ended' }
  /** TLS, once it was there, ended without close_notify: the stream below did, or was reset. */
  | { readonly kind: 'cut' }
  /** Reset, unreachable, a TLS alert: `reason` is a clause for people. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** Echo alone: a router, or this host, complains of a packet to the peer, which need not be ours. */
  | { readonly kind: 'complaint'; readonly reason: string; readonly about: Uint8Array }
  /** Nothing was heard for as long as the timeout allows. */
  | { readonly kind: 'silence' };

export type Hear = (heard: Heard) => Turn;

export interface Listen {
  readonly kind: 'listen';
  readonly say: Uint8Array | undefined;
  /** Whether the timeout starts anew with this turn; otherwise what is left of it goes on. */
  readonly anew: boolean;
  readonly hear: Hear;
}

export interface Judgement {
  readonly kind: 'judged';
  readonly passed: boolean;
  /** As `CheckOutcome.weight`. */
  readonly weight: number | undefined;
  readonly detail: string;
}

export type Turn = Listen | Judgement;

/** A sum over bytes that the pure layers cannot make themselves. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** 32 hexadecimal digits, lower case. Ends the digest. */
  hex(): string;
}

/** What differs from one check to the next of the same checker. */
export interface Circumstances {
  /** 32 random bits, others each time that they are read: query identifiers, echo sequences. */
  readonly nonce: number;
  /** MD5. */
  digest(): Digest;
  readonly execute: Execute;
}

/**
 * Looks for an expression from its `lastIndex` on, but not for ever: some expressions take longer than the universe is
 * old for a text that an enemy has made.
 */
export type Execute = (
  expression: RegExp,
  text: string,
) => { readonly begin: number; readonly end: number } | undefined | 'too-long';

export interface Conversation {
  /** What carries it: a TCP connection, a connected UDP socket, or ICMP echo. */
  readonly carrier: 'stream' | 'datagram' | 'echo';
  /** The first turn, once the carrier is there. */
  open(circumstances: Circumstances): Turn;
}

export function say(bytes: Uint8Array, hear: Hear): Turn {
  return { kind: 'listen', say: bytes, anew: true, hear };
}

/** Listens on, with a new timeout: something came. */
export function listen(hear: Hear): Turn {
  return { kind: 'listen', say: undefined, anew: true, hear };
}

/** Listens on for what is left of the timeout. */
export function ignore(hear: Hear): Turn {
  return { kind: 'listen', say: undefined, anew: false, hear };
}

export function passed(detail: string): Judgement {
  return { kind: 'judged', passed: true, weight: undefined, detail };
}

export function failed(detail: string): Judgement {
  return { kind: 'judged', passed: false, weight: undefined, detail };
}

/** What is to be said of everything but data, where none of it is good. `waitedFor` is what should have come. */
export function withoutAnswer(
  heard: Exclude<Heard, { readonly kind: 'data' }>,
  waitedFor: string,
): Judgement {
  switch (heard.kind) {
    case 'ended':
      return failed(`the connection was closed before ${waitedFor}`);
    case 'cut':
      return failed(`TLS was cut off before ${waitedFor}`);
    case 'broken':
    case 'complaint':
      return failed(`${heard.reason}, waiting for ${waitedFor}`);
    case 'silence':
      return failed(`timeout waiting for ${waitedFor}`);
  }
}
