/** Tests that judge time on a machine which others may be using too. */
import type { TestContext } from 'node:test';

/** Something came too late. Thrown only where a busy machine could be the cause, never for a wrong result. */
export class Late extends Error {
  override readonly name = 'Late';
}

export function onTime(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Late(complaint);
}

/** Plays once more, and says so, when the first time was too late: a machine may be busy for a moment, not twice. */
export async function inTime(context: TestContext, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    if (!(error instanceof Late)) throw error;
    context.diagnostic(`too late, played once more: ${error.message}`);
    await play();
  }
}
