/** Questions to a balancer process that have not been answered yet. */
import type { NumberedAnswer } from './channel.ts';
import type { BalancerChild } from './child.ts';

/** Milliseconds: what is told later than this is not worth waiting for. */
const patience = 2_000;

export class Questions {
  readonly #open = new Map<number, (answer: NumberedAnswer) => void>();
  #count = 0;
  #readings = 0;

  /** Asks by `put`, which is told the number of the question; undefined when no answer of this kind comes in time. */
  ask<Kind extends NumberedAnswer['kind']>(
    kind: Kind,
    put: (id: number) => void,
  ): Promise<NumberedAnswer<Kind> | undefined> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#open.delete(id);
        resolve(undefined);
      }, patience);
      this.#open.set(id, (answer) => {
        clearTimeout(timer);
        resolve(isOf(answer, kind) ? answer : undefined);
      });
      put(id);
    });
  }

  /** As of `BalancerPart.read`. */
  async *pieces(child: BalancerChild | undefined, withTraffic: boolean): AsyncGenerator<string> {
    if (child === undefined) {
      yield '"traffic":[]';
      return;
    }
    this.#readings += 1;
    const reading = this.#readings;
    const order = { kind: 'read', reading, withTraffic } as const;
    try {
      for (;;) {
        const piece = await this.ask('piece', (id) => child.order({ ...order, id }));
        if (piece === undefined) throw new Error('the balancer process does not answer');
        if (piece.text === undefined) return;
        yield piece.text;
      }
    } finally {
      child.order({ kind: 'enough', reading });
    }
  }

  answered(answer: NumberedAnswer): void {
    this.#open.get(answer.id)?.(answer);
    this.#open.delete(answer.id);
  }
}

function isOf<Kind extends NumberedAnswer['kind']>(
  answer: NumberedAnswer,
  kind: Kind,
): answer is NumberedAnswer<Kind> {
  return answer.kind === kind;
}
