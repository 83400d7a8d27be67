/**
 * The daemon's side of the control socket. Whoever connects and says nothing, or asks and does not read, is cut off
 * after a few seconds and costs a descriptor until then. Of HTTP it needs a request line and an answer with a length;
 * Node's server would take ten megabytes for that, an eighth of all that the daemon may have.
 */
import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { failure, type Outcome, success } from '../base/outcome.ts';
import type { Control } from '../daemon/control.ts';
import { type Route, routes } from './address.ts';

export interface ControlServer {
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  /** Carried out when the answer is on its way. */
  readonly afterwards?: () => void;
}

const patience = 5_000;
const connectionsMost = 32;
const requestMost = 8_192;
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
};

/** The socket at `path`, which must not exist; or a sentence that says why not. */
export function serveControl(
  path: string,
  control: Control,
): Promise<Outcome<ControlServer, string>> {
  const server = createServer((socket) => attend(socket, control));
  server.maxConnections = connectionsMost;
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        failure(
          `the control socket ${path} was refused (${error.code ?? error.message}): check that its directory can be written to`,
        ),
      );
    });
    server.listen(path, () => {
      chmodSync(path, 0o600);
      server.on('error', () => undefined);
      server.unref();
      resolve(success({ close: () => server.close() }));
    });
  });
}

/** One request, one answer, the end. */
function attend(socket: Socket, control: Control): void {
  socket.setTimeout(patience, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.unref();
  let request = '';
  const listen = (bytes: Buffer): void => {
    request += bytes.toString('latin1');
    if (!request.includes('\r\n\r\n') && request.length < requestMost) return;
    socket.off('data', listen);
    socket.resume();
    answerTo(request, control).then(
      (answer) => reply(socket, answer),
      (thrown: unknown) => {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        reply(socket, { status: 500, body: { error: `the daemon failed to answer: ${why}` } });
      },
    );
  };
  socket.on('data', listen);
}

async function answerTo(request: string, control: Control): Promise<Answer> {
  const line = /^([A-Z]+) ([^\s?]+)\S* HTTP\/1\.[01]\r\n/.exec(request);
  if (line === null) return { status: 400, body: { error: 'this is not an HTTP/1.1 request' } };
  const [, method = '', path = ''] = line;
  switch (routeOf(method, path)) {
    case 'status':
      return { status: 200, body: await control.status() };
    case 'reload':
      return { status: 200, body: await control.reload() };
    case 'stop':
      return { status: 202, body: { kind: 'stopping' }, afterwards: () => control.stop() };
    case undefined: {
      const error = `there is no ${method} ${path} here: try GET /status`;
      return { status: 404, body: { error } };
    }
  }
}

function routeOf(method: string, path: string): Route | undefined {
  for (const [name, route] of Object.entries(routes)) {
    if (route.method === method && route.path === path) return name as Route;
  }
  return undefined;
}

function reply(socket: Socket, { status, body, afterwards }: Answer): void {
  const text = `${JSON.stringify(body)}\n`;
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Unknown'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  if (!socket.destroyed) socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  afterwards?.();
}
