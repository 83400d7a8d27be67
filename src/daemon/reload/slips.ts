/**
 * A slip of the pen in a file must not take away what runs. keepalived's meaning of most mistakes is that the line, the block
 * or the whole instance is not there: right at a start, where nothing is lost yet, and an outage at a reload.
 */
import type { Diagnostic } from '../../config/diagnostic.ts';
import type { Plan } from '../../engine/plan/plan.ts';

/** The families of codes that say: what was written here is not what is read. */
const families = ['syntax.', 'include.', 'expand.', 'language.'];
/** The codes that say: the instance is left out. */
const leavesOut = new Set([
  'vrrp.router-id-missing',
  'vrrp.interface-missing',
  'vrrp.authentication-header',
]);

/** The slips in a file that can be read; without their places, so that moved lines are no new slips. */
export function slipsIn(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ severity, code }) => {
      if (severity !== 'warning') return false;
      return leavesOut.has(code) || families.some((family) => code.startsWith(family));
    })
    .map(({ message, code }) => `${message} [${code}]`);
}

/**
 * Why a reload is refused: an instance or an address that runs would go, and the file has slips that what runs did not
 * have. Undefined when it may go on.
 */
export function harmOf(
  plan: Plan,
  before: readonly string[],
  after: readonly string[],
): string | undefined {
  const fresh = after.filter((slip) => !before.includes(slip));
  const lost = [
    ...plan.instances.filter(({ kind }) => kind === 'remove').map(({ name }) => name),
    ...plan.addresses
      .filter(({ kind }) => kind === 'vanish')
      .map(({ address, prefix, instance }) => `${address}/${prefix} of ${instance}`),
  ];
  if (fresh.length === 0 || lost.length === 0) return undefined;
  return [
    `it would take away ${lost.join(', ')}, and the file has mistakes that what runs did not have:`,
    ...fresh.map((slip) => `  ${slip}`),
    'correct them and reload again; what is to go goes with a file without such mistakes',
  ].join('\n');
}
