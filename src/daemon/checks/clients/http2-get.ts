/** HTTP_GET and SSL_GET with `http2`: the same judgement of an answer that comes in another form. */
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeAnswer } from '../../../health/checkers/http.ts';
import { addBytes, emptyBody } from '../../../health/checkers/http-body.ts';
import { authorityOf } from '../../../health/checkers/http-request.ts';
import type { Ask } from '../client.ts';
import { execute } from '../execute.ts';
import { md5 } from '../md5.ts';
import { contextOf } from '../tls-context.ts';
import { refusalOf } from '../tls-refusal.ts';
import { exchange, secured } from './http2.ts';

export const askHttp2: Ask = async (socket, { settings, step, target }) => {
  const url = settings.kind === 'http' ? settings.urls[step] : undefined;
  if (settings.kind !== 'http' || url === undefined) return failed('not a question for HTTP/2');
  const { tls } = settings;
  let carrier = socket;
  if (tls !== undefined) {
    const context = contextOf(tls);
    if ('refused' in context) return failed(context.refused);
    const servername = tls.sni ? (tls.sniName ?? url.host) : undefined;
    const secure = await secured(socket, context, servername);
    const refusal =
      tls.verify === undefined ? undefined : refusalOf(secure, tls.verify, servername);
    if (refusal !== undefined) return failed(refusal);
    carrier = secure;
  }
  let body = emptyBody(url, { nonce: 0, digest: md5, execute });
  const { status } = await exchange(carrier, {
    headers: {
      ':method': 'GET',
      ':path': url.path,
      ':scheme': tls === undefined ? 'http' : 'https',
      ':authority': url.host ?? authorityOf(target),
      'user-agent': 'KeepAliveClient',
    },
    body: undefined,
    data(bytes) {
      body = addBytes(body, bytes, url, undefined);
    },
  });
  return judgeAnswer(url, status, body);
};
