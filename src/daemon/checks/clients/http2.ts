/** HTTP/2 for GRPC_CHECK, and for HTTP_GET and SSL_GET with `http2`. */
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Handshake, secured } from './tls.ts';

export interface Exchange {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  data(bytes: Uint8Array): void;
}

export interface Answered {
  readonly status: number;
  /** What was said before and after the body. */
  readonly fields: IncomingHttpHeaders;
}

/** TLS that insists on HTTP/2. */
export async function securedForHttp2(socket: Socket, handshake: Handshake): Promise<TLSSocket> {
  const secure = await secured(socket, { ...handshake, protocol: 'h2' });
  if (secure.alpnProtocol !== 'h2') throw new Error('the server does not speak HTTP/2 over TLS');
  return secure;
}

export async function exchange(
  socket: Socket,
  { headers, body, data }: Exchange,
): Promise<Answered> {
  const session = connect('http://target', { createConnection: () => socket });
  try {
    return await Promise.race([brokenSession(session), ask(session, { headers, body, data })]);
  } finally {
    session.destroy();
  }
}

function brokenSession(session: ClientHttp2Session): Promise<never> {
  return new Promise((_, reject) => {
    session.on('error', reject);
    session.on('close', () => reject(new Error('the connection was closed')));
  });
}

function ask(session: ClientHttp2Session, { headers, body, data }: Exchange): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let fields: IncomingHttpHeaders = {};
    stream.on('response', (said) => {
      fields = { ...said };
    });
    stream.on('trailers', (said: IncomingHttpHeaders) => {
      fields = { ...fields, ...said };
    });
    stream.on('data', data);
    stream.on('end', () => resolve({ status: Number(fields[':status'] ?? 0), fields }));
    stream.on('error', reject);
    if (body !== undefined) stream.end(body);
  });
}
