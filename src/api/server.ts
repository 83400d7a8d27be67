/** The daemon's side of the control socket. What few ask for is loaded when the first one does. */
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { failure, type Outcome, success } from '../base/outcome.ts';
import { type Duration, microseconds } from '../base/units.ts';
import type { Control, DumpText } from '../daemon/control.ts';
import { type Route, routes } from './address.ts';
import { type Answer, attend, connectionsMost, type PiecesBody } from './exchange.ts';

export interface ControlServer {
  close(): void;
}

/** The socket at `path`, which must not exist; or a sentence that says why not. */
export function serveControl(
  path: string,
  control: Control,
): Promise<Outcome<ControlServer, string>> {
  const server = createServer((socket) =>
    attend(socket, (method, asked, query) => {
      const route = routeOf(method, asked);
      return route === undefined ? nothingAt(method, asked) : answerTo(route, query, control);
    }),
  );
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

async function nothingAt(method: string, path: string): Promise<Answer> {
  const error = `there is no ${method} ${path} here: try GET /status`;
  return { status: 404, body: { error } };
}

async function answerTo(route: Route, query: URLSearchParams, control: Control): Promise<Answer> {
  switch (route) {
    case 'status':
      return { status: 200, body: await control.status() };
    case 'reload':
      return { status: 200, body: await control.reload(withinOf(query)) };
    case 'plan':
      return { status: 200, body: await control.plan(query.get('file') ?? undefined) };
    case 'services':
      return { status: 200, body: pieces(control.readServices(query.get('traffic') === '1')) };
    case 'stories':
      return { status: 200, body: await control.stories(query.get('name') ?? '') };
    case 'server':
      return serverOrder(query, control);
    case 'confirm':
      return { status: 200, body: control.confirm() };
    case 'rollback':
      return { status: 200, body: await control.rollBack() };
    case 'stop':
      return { status: 202, body: { kind: 'stopping' }, afterwards: () => control.stop() };
    case 'metrics': {
      const { metricsOf } = await import('./metrics/families.ts');
      return { status: 200, body: metricsOf(await control.status()) };
    }
    case 'dump-data':
      return dump('data', control);
    case 'dump-stats':
      return dump('stats', control);
    case 'dump-json':
      return dump('json', control);
  }
}

async function serverOrder(query: URLSearchParams, control: Control): Promise<Answer> {
  const { overrideOf } = await import('./server-order.ts');
  const override = overrideOf(query.get('order') ?? '');
  if (!override.ok) return { status: 400, body: { error: override.error } };
  const [service, server] = [query.get('service') ?? '', query.get('server') ?? ''];
  const answer = control.order({ service, server, override: override.value });
  if (answer.kind === 'unknown') return { status: 404, body: { error: answer.error } };
  return { status: 200, body: answer };
}

function pieces(text: AsyncIterable<string>): PiecesBody {
  return { contentType: 'application/json', pieces: text };
}

async function dump(kind: DumpText, control: Control): Promise<Answer> {
  const text = await control.dump(kind);
  if (text === undefined) {
    return { status: 503, body: { error: 'there is nothing to show yet: ask again in a moment' } };
  }
  const contentType = kind === 'json' ? 'application/json' : 'text/plain; charset=utf-8';
  return { status: 200, body: { contentType, text } };
}

function routeOf(method: string, path: string): Route | undefined {
  for (const [name, route] of Object.entries(routes)) {
    if (route.method === method && route.path === path) return name as Route;
  }
  return undefined;
}

/** Longer than a timer can be set for is as good as for ever. */
const longestProbation = 24 * 3_600 * 1_000_000;

function withinOf(query: URLSearchParams): Duration | undefined {
  const wanted = Number(query.get('within') ?? Number.NaN);
  return wanted > 0 ? microseconds(Math.min(wanted, longestProbation)) : undefined;
}
