/** Posts to a webhook over HTTP. */
import { createHmac } from 'node:crypto';
import { seconds, toMilliseconds } from '../../base/units.ts';
import type { WebhookModel } from '../../engine/translation/alerts-model.ts';
import type { Delivery } from './courier.ts';
import type { Post } from './webhook-form.ts';

/** Without the path and the query, which are often secret. */
export function webhookPlace({ name, url }: WebhookModel): string {
  return `webhook ${name} (${URL.canParse(url) ? new URL(url).host : 'unreadable url'})`;
}

/** Sends it and says what became of it. Never rejects. */
export async function sendPost(hook: WebhookModel, post: Post, now: number): Promise<Delivery> {
  if (!URL.canParse(hook.url)) return { kind: 'refused', why: 'its url cannot be read' };
  const url = new URL(hook.url);
  if (post.path !== '') {
    const [path = '', query = ''] = post.path.split('?');
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    url.search = query;
  }
  const { request } = await (url.protocol === 'https:'
    ? import('node:https')
    : import('node:http'));
  const signal = AbortSignal.timeout(toMilliseconds(hook.timeout));
  const headers = { ...post.headers, ...signed(hook, post.body, now) };
  return new Promise((resolve) => {
    const asked = request(url, { method: 'POST', headers, signal }, (answer) => {
      answer.resume();
      resolve(judge(answer.statusCode ?? 0, answer.headers['retry-after']));
    });
    asked.on('error', ({ message }) => {
      const why = signal.aborted ? 'no answer in time' : message;
      resolve({ kind: 'later', why });
    });
    asked.end(post.body);
  });
}

/**
 * `x-holdfast-signature` is `sha256=` and the HMAC-SHA256 in hexadecimal, with the secret, of the timestamp, a period and
 * the body; a receiver that refuses old timestamps cannot be fed the same post again.
 */
function signed(
  { form, secret }: WebhookModel,
  body: string,
  now: number,
): Readonly<Record<string, string>> {
  const plain = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'holdfast',
  };
  if (form !== 'json' || secret === undefined) return plain;
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    ...plain,
    'x-holdfast-timestamp': timestamp,
    'x-holdfast-signature': `sha256=${signature}`,
  };
}

function judge(status: number, retryAfter: string | undefined): Delivery {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const why = `it answered with status ${status}`;
  if (status < 500 && status !== 408 && status !== 429) return { kind: 'refused', why };
  const pause = Number(retryAfter);
  const isKnown = retryAfter !== undefined && Number.isFinite(pause) && pause >= 0;
  return { kind: 'later', why, pause: isKnown ? seconds(Math.min(pause, 3_600)) : undefined };
}
