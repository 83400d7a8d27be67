/** A GET whose status decides. Certificates are not looked at: the probe asks whether the service answers. */
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import type { ProbeTarget } from '../../engine/translation/supervisor-trackers.ts';

export function askHttp(
  { url, status }: Extract<ProbeTarget, { readonly kind: 'http' }>,
  tell: (failure: string | undefined) => void,
  signal: AbortSignal,
): void {
  const options = {
    agent: false,
    rejectUnauthorized: false,
    headers: { 'user-agent': 'holdfast' },
  };
  const request = url.startsWith('https:') ? getSecure(url, options) : getPlain(url, options);
  signal.addEventListener('abort', () => request.destroy(), { once: true });
  request.on('response', (response) => {
    const code = response.statusCode ?? 0;
    const isGood = status.some(({ from, to }) => code >= from && code <= to);
    response.destroy();
    tell(isGood ? undefined : `status ${code}`);
  });
  request.on('error', (error: NodeJS.ErrnoException) => tell(error.code ?? error.message));
}
