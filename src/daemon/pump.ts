/** Hands messages to a channel no faster than its other end takes them: what waits, waits where it can still be replaced. */

/** Messages handed to the operating system and not yet taken by it. */
const inFlightMost = 16;

export interface Wire<Message> {
  /** Hands over one message; `taken` is called when the kernel has it, or never will. */
  send(message: Message, taken: () => void): void;
}

export class Pump<Message> {
  readonly #wire: Wire<Message>;
  readonly #next: () => Message | undefined;
  #inFlight = 0;
  #emptied: (() => void) | undefined;

  /** `next` gives the message whose turn it is; undefined where nothing waits. */
  constructor(wire: Wire<Message>, next: () => Message | undefined) {
    this.#wire = wire;
    this.#next = next;
  }

  /** Sends what may be sent now. */
  flush(): void {
    while (this.#inFlight < inFlightMost) {
      const message = this.#next();
      if (message === undefined) return;
      this.#inFlight += 1;
      this.#wire.send(message, () => {
        this.#inFlight -= 1;
        this.flush();
        if (this.#inFlight === 0) this.#emptied?.();
      });
    }
  }

  /** Calls `done` once when everything has been taken. */
  whenEmpty(done: () => void): void {
    this.#emptied = done;
    if (this.#inFlight === 0) done();
  }
}
