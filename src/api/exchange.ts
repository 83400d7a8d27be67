/**
 * HTTP for those who ask a daemon one thing: a request line in, an answer with a length out, the end. Whoever connects
 * and says nothing, or asks and does not read, is cut off after a few seconds and costs a descriptor until then. Node's
 * own server would take ten megabytes for that, an eighth of all that the daemon may have.
 */
import type { Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Anything but text is told as JSON. */
  readonly body: object | TextBody | PiecesBody;
  /** Carried out when the answer is on its way. */
  readonly afterwards?: () => void;
}

export interface TextBody {
  readonly contentType: string;
  readonly text: string;
}

/** A text that is too long to be held in whole. When it breaks off, the connection breaks. */
export interface PiecesBody {
  readonly contentType: string;
  readonly pieces: AsyncIterable<string>;
}

/** `query` is what stands behind the question mark. */
export type Answerer = (method: string, path: string, query: URLSearchParams) => Promise<Answer>;

const patience = 5_000;
const requestMost = 8_192;
/** Connections that one door holds open at a time. */
export const connectionsMost = 32;
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** One request, one answer, the end. */
export function attend(socket: Socket, answerer: Answerer): void {
  socket.setTimeout(patience, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.unref();
  let request = '';
  const listen = (bytes: Buffer): void => {
    request += bytes.toString('latin1');
    if (!request.includes('\r\n\r\n') && request.length < requestMost) return;
    socket.off('data', listen);
    socket.resume();
    // From here on it is the daemon that takes its time: a large file is read for seconds.
    socket.setTimeout(0);
    answerTo(request, answerer).then(
      (answer) => reply(socket, answer),
      (thrown: unknown) => {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        reply(socket, { status: 500, body: { error: `the daemon failed to answer: ${why}` } });
      },
    );
  };
  socket.on('data', listen);
}

async function answerTo(request: string, answerer: Answerer): Promise<Answer> {
  const line = /^([A-Z]+) ([^\s?]+)(\S*) HTTP\/1\.[01]\r\n/.exec(request);
  if (line === null) return { status: 400, body: { error: 'this is not an HTTP/1.1 request' } };
  const [, method = '', path = '', query = ''] = line;
  return answerer(method, path, new URLSearchParams(query));
}

function reply(socket: Socket, answer: Answer): void {
  const { body } = answer;
  if (!('pieces' in body)) {
    replyAtOnce(socket, answer);
    return;
  }
  replyInPieces(socket, answer.status, body as PiecesBody).catch(() => socket.destroy());
}

/** No faster than they are read. */
async function replyInPieces(
  socket: Socket,
  status: number,
  { contentType, pieces }: PiecesBody,
): Promise<void> {
  const head = [
    statusLine(status),
    `content-type: ${contentType}`,
    'transfer-encoding: chunked',
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  for await (const piece of pieces) {
    if (socket.destroyed) return;
    socket.setTimeout(patience);
    const chunk = `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`;
    if (!socket.write(chunk)) await drained(socket);
  }
  socket.end('0\r\n\r\n');
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${reasons[status] ?? 'Unknown'}`;
}

function replyAtOnce(socket: Socket, { status, body, afterwards }: Answer): void {
  const isText = 'contentType' in body && 'text' in body;
  const text = isText ? body.text : `${JSON.stringify(body)}\n`;
  const head = [
    statusLine(status),
    `content-type: ${isText ? body.contentType : 'application/json'}`,
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  if (!socket.destroyed) {
    socket.setTimeout(patience);
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  }
  afterwards?.();
}
