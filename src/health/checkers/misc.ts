/** MISC_CHECK: the exit status of a program decides. */
import { failed, type Judgement, passed } from './conversation.ts';

/** How a program ended. */
export type Exit =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** It was ended because it took too long. */
  | { readonly kind: 'overrun' }
  | { readonly kind: 'not-run'; readonly reason: string };

/** With `dynamic`, 2 to 255 are good and say a weight: the status minus 2. */
export function judgeExit(name: string, exit: Exit, dynamic: boolean): Judgement {
  switch (exit.kind) {
    case 'signal':
      return failed(`${name} was killed by ${exit.signal}`);
    case 'overrun':
      return failed(`${name} did not end in time and was killed`);
    case 'not-run':
      return failed(`${name} cannot be run: ${exit.reason}`);
    case 'status':
      if (exit.status === 0) return passed(`${name} ended well`);
      if (!dynamic || exit.status === 1) return failed(`${name} ended with status ${exit.status}`);
      return {
        kind: 'judged',
        passed: true,
        weight: exit.status - 2,
        detail: `${name} says weight ${exit.status - 2}`,
      };
  }
}
