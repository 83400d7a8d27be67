/** What the client of the virtual address and its servers agree upon. */
export const echoPort = 7;

/** The client's last word. Times in milliseconds. */
export interface EchoCount {
  readonly asked: number;
  readonly answered: number;
  /** When those were asked that were never answered, in milliseconds since 1970. */
  readonly unanswered: readonly number[];
  /** The longest wait for an answer that came. */
  readonly slowest: number;
  /** Answers by the name of who gave them. */
  readonly by: Readonly<Record<string, number>>;
}
