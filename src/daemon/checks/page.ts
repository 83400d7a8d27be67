/** One page, fetched as HTTP_GET and SSL_GET do: for its digest. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import { seconds } from '../../base/units.ts';
import type { CheckTarget } from '../../health/check.ts';
import type { HttpChecker } from '../../health/checker.ts';
import { bodyStart, decodeHead } from '../../health/checkers/http-head.ts';
import { encodeRequest } from '../../health/checkers/http-request.ts';
import { Connections } from '../../linux/checks/connections.ts';
import { dialSocket } from './dialled.ts';
import { wordsOfError } from './error-words.ts';

export interface PageQuestion {
  readonly address: Address;
  readonly port: number;
  readonly path: string;
  readonly host: string | undefined;
  readonly tls: boolean;
  /** Names the host in the handshake. */
  readonly sni: boolean;
  readonly mark: number | undefined;
  readonly protocol: HttpChecker['protocol'];
  /** Seconds to connect, and again for each part of the answer. */
  readonly timeout: number;
}

export interface Page {
  readonly head: string;
  /** As far as Content-Length says. */
  readonly body: Buffer;
  /** MD5 of the body. */
  readonly digest: string;
}

export async function fetchPage(question: PageQuestion): Promise<Outcome<Page, string>> {
  const connections = new Connections(() => undefined);
  const target = targetOf(question);
  try {
    const plain = await dialled(connections, target);
    const socket = question.tls ? secured(plain, question) : plain;
    const answer = await answerOf(socket, question, target);
    const start = bodyStart(answer, 0);
    if (start === undefined) {
      return failure(answer.length === 0 ? 'it said nothing' : 'its answer has no end of the head');
    }
    const head = answer.toString('latin1', 0, start);
    const { contentLength = answer.length } = decodeHead(head);
    const body = answer.subarray(start, start + contentLength);
    return success({ head, body, digest: createHash('md5').update(body).digest('hex') });
  } catch (error) {
    return failure(wordsOfError(error));
  } finally {
    connections.end();
  }
}

function targetOf({ address, port, mark, timeout }: PageQuestion): CheckTarget {
  return {
    address,
    port,
    bindAddress: undefined,
    bindPort: undefined,
    bindInterface: undefined,
    mark,
    timeout: seconds(timeout),
  };
}

function dialled(connections: Connections, target: CheckTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timeout connecting')), target.timeout / 1_000);
    const end = <Value>(tell: (value: Value) => void, value: Value): void => {
      clearTimeout(timer);
      tell(value);
    };
    const dialling = dialSocket(connections, target, {
      connected: (socket) => end(resolve, socket),
      failed: (reason) => end(reject, new Error(reason)),
    });
    if (dialling.kind === 'exhausted') end(reject, new Error(dialling.why));
  });
}

/** Certificates are not looked at, as SSL_GET does not. */
function secured(socket: Socket, { sni, host }: PageQuestion): Socket {
  const named = sni && host !== undefined ? { servername: host } : {};
  return connectTls({ socket, rejectUnauthorized: false, ...named });
}

function answerOf(
  socket: Socket,
  { path, host, protocol, timeout }: PageQuestion,
  target: CheckTarget,
): Promise<Buffer> {
  const page = {
    path,
    host,
    digest: undefined,
    statuses: [],
    pattern: undefined,
    tlsCompliant: false,
  };
  socket.write(encodeRequest(protocol, page, target));
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    socket.setTimeout(timeout * 1_000, () => {
      socket.destroy(new Error('timeout waiting for the end of the answer'));
    });
    socket.on('data', (bytes: Buffer) => pieces.push(bytes));
    socket.on('end', () => {
      socket.destroy();
      resolve(Buffer.concat(pieces));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
  });
}
