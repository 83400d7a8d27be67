/** What a client of a balanced service tells in the end. */
export interface Visits {
  readonly asked: number;
  /** When those began that nobody answered, in milliseconds since 1970, and why not. */
  readonly failed: readonly { readonly at: number; readonly why: string }[];
  /** Connections by the name of who answered them. */
  readonly by: Readonly<Record<string, number>>;
}
