/** HTTP_GET and SSL_GET with `http2`: the same judgement of an answer that comes in another form. */
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeAnswer } from '../../../health/checkers/http.ts';
import { addBytes, emptyBody } from '../../../health/checkers/http-body.ts';
import { authorityOf } from '../../../health/checkers/http-request.ts';
import type { Ask } from '../client.ts';
import { execute } from '../execute.ts';
import { md5 } from '../md5.ts';
import { exchange, securedForHttp2 } from './http2.ts';

export const askHttp2: Ask = async (socket, { settings, step, target }) => {
  const url = settings.kind === 'http' ? settings.urls[step] : undefined;
  if (settings.kind !== 'http' || url === undefined) return failed('not a question for HTTP/2');
  const { tls } = settings;
  const servername = tls?.sni === true ? (tls.sniName ?? url.host) : undefined;
  const carrier = tls === undefined ? socket : await securedForHttp2(socket, { tls, servername });
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
