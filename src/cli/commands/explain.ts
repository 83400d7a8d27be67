/**
 * `holdfast explain NAME`: why an instance, a BFD session, a service or a server is what it is, or what a diagnostic code
 * means.
 */
import { ask } from '../../api/client.ts';
import type { CodeTable } from '../../config/codes.ts';
import type { StoriesAnswer } from '../../daemon/balancing/orders.ts';
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
  const story =
    answer.value.balancer === undefined ? undefined : await servedStory(name, stateDirectory);
  if (story !== undefined) {
    process.stdout.write(story);
    return 0;
  }
  const known = answer.value.snapshot?.instances.map((instance) => instance.name) ?? [];
  process.stderr.write(
    `holdfast: there is no instance ${name}${known.length === 0 ? '' : `; there are ${known.join(', ')}`}\n`,
  );
  return 1;
}

/** Of a service or a server. */
async function servedStory(name: string, stateDirectory: string): Promise<string | undefined> {
  const query = { name };
  const answer = await ask<StoriesAnswer>('stories', { stateDirectory, query, patience: 30_000 });
  if (!answer.ok || answer.value.kind === 'nothing-balanced') return undefined;
  const { renderStories } = await import('../render/stories.ts');
  return renderStories(answer.value);
}

/** The page of a code such as `vrrp.router-id-taken`; an instance may bear such a name too, but hardly ever does. */
async function diagnosticPage(code: string): Promise<string | undefined> {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(code)) return undefined;
  const { allCodes } = await import('../../language/codes.ts');
  const page = (allCodes as CodeTable)[code];
  return page === undefined ? undefined : renderCodePage(code, page);
}
