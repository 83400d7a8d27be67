/** The daemon's side of the control socket. What few ask for is loaded when the first one does. */
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { failure, type Outcome, success } from '../base/outcome.ts';
import type { Control } from '../daemon/control.ts';
import { type Route, routes } from './address.ts';
import { type Answer, attend, connectionsMost } from './exchange.ts';

export interface ControlServer {
  close(): void;
}

/** The socket at `path`, which must not exist; or a sentence that says why not. */
export function serveControl(
  path: string,
  control: Control,
): Promise<Outcome<ControlServer, string>> {
  const answer = (method: string, asked: string) => answerTo(method, asked, control);
  const server = createServer((socket) => attend(socket, answer));
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

async function answerTo(method: string, path: string, control: Control): Promise<Answer> {
  const route = routeOf(method, path);
  switch (route) {
    case 'status':
      return { status: 200, body: await control.status() };
    case 'reload':
      return { status: 200, body: await control.reload() };
    case 'stop':
      return { status: 202, body: { kind: 'stopping' }, afterwards: () => control.stop() };
    case 'metrics': {
      const { metricsOf } = await import('./metrics/families.ts');
      return { status: 200, body: metricsOf(await control.status()) };
    }
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
