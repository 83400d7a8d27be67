/**
 * Tests that judge time on a machine which others may be using too. The test command runs a file once more whose tests
 * were wrong in nothing else.
 */

/** How the complaint of a test begins that was only too late. */
export const TOO_LATE = 'too late: ';

/** For what a busy machine may be the cause of; never for a wrong result. */
export function onTime(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(`${TOO_LATE}${complaint}`);
}
