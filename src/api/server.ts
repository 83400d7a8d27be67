/**
 * The daemon's side of the control socket. Whoever connects and says nothing, or asks and does not read, is cut off
 * after a few seconds and costs a descriptor until then.
 */
import { chmodSync } from 'node:fs';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { failure, type Outcome, success } from '../base/outcome.ts';
import type { Control } from '../daemon/control.ts';
import { type Route, routes } from './address.ts';

export interface ControlServer {
  close(): void;
}

const patience = 5_000;
const connectionsMost = 32;

/** The socket at `path`, which must not exist; or a sentence that says why not. */
export function serveControl(
  path: string,
  control: Control,
): Promise<Outcome<ControlServer, string>> {
  let http: Promise<HttpServer> | undefined;
  const server = createServer((socket) => {
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.unref();
    http ??= httpFor(control);
    http.then((speaker) => speaker.emit('connection', socket));
  });
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

/** Loaded when the first client comes: it takes eight megabytes that an unasked daemon does not need. */
async function httpFor(control: Control): Promise<HttpServer> {
  const { createServer: createHttpServer } = await import('node:http');
  return createHttpServer(
    { requestTimeout: patience, headersTimeout: patience, keepAliveTimeout: 1_000 },
    (request, response) => {
      answer(control, request, response).catch((thrown: unknown) => {
        const text = thrown instanceof Error ? thrown.message : String(thrown);
        reply(response, 500, { error: `the daemon failed to answer: ${text}` });
      });
    },
  );
}

async function answer(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  const route = routeOf(request);
  switch (route) {
    case 'status':
      return reply(response, 200, await control.status());
    case 'reload':
      return reply(response, 200, await control.reload());
    case 'stop':
      reply(response, 202, { kind: 'stopping' });
      control.stop();
      return;
    case undefined:
      return reply(response, 404, {
        error: `there is no ${request.method} ${request.url} here: try GET /status`,
      });
  }
}

function routeOf(request: IncomingMessage): Route | undefined {
  const path = request.url?.split('?')[0];
  for (const [name, route] of Object.entries(routes)) {
    if (route.method === request.method && route.path === path) return name as Route;
  }
  return undefined;
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  response.end(text);
}
