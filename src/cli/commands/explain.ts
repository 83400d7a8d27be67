/** `holdfast explain NAME`: why an instance is what it is, or what a diagnostic code means. */
import { readFileSync } from 'node:fs';
import { ask } from '../../api/client.ts';
import type { Status } from '../../daemon/control.ts';
import { renderExplanation } from '../render/explain.ts';

export async function explain(name: string, stateDirectory: string): Promise<number> {
  const page = diagnosticPage(name);
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

/** The page of a code such as `vrrp.router-id-taken`. */
function diagnosticPage(code: string): string | undefined {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(code)) return undefined;
  try {
    return readFileSync(new URL(`../../../docs/diagnostics/${code}.md`, import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}
