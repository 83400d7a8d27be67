/** `holdfast explain NAME`: why an instance or a BFD session is what it is, or what a diagnostic code means. */
import { ask } from '../../api/client.ts';
import type { CodeTable } from '../../config/codes.ts';
import type { Status } from '../../daemon/control.ts';
import { renderCodePage } from '../render/code-page.ts';
import { renderExplanation } from '../render/explain.ts';

export async function explain(name: string, stateDirectory: string): Promise<number> {
  const page = await diagnosticPage(name);
  if (page !== undefined) {
    process.stdout.write(page);
    return 0;
  }
  const answer = await ask<Status>('status', { stateDirectory });
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  const text = renderExplanation(name, answer.value);
  if (text !== undefined) {
    process.stdout.write(text);
    return 0;
  }
  const known = answer.value.snapshot?.instances.map((instance) => instance.name) ?? [];
  process.stderr.write(
    `holdfast: there is no instance ${name}${known.length === 0 ? '' : `; there are ${known.join(', ')}`}\n`,
  );
  return 1;
}

/** The page of a code such as `vrrp.router-id-taken`; an instance may bear such a name too, but hardly ever does. */
async function diagnosticPage(code: string): Promise<string | undefined> {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(code)) return undefined;
  const { allCodes } = await import('../../language/codes.ts');
  const page = (allCodes as CodeTable)[code];
  return page === undefined ? undefined : renderCodePage(code, page);
}
