/** Metrics over TCP, for those who scrape from elsewhere: `GET /metrics` and nothing else. */
import { createServer, type Server } from 'node:net';
import type { Address } from '../../base/address.ts';
import type { Control } from '../../daemon/control.ts';
import { type Answer, attend, connectionsMost } from '../exchange.ts';
import { metricsOf } from './families.ts';

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}

/** `refused` is told a sentence when the place cannot be had; nothing else depends on it. */
export function serveMetrics(
  { address, port }: Endpoint,
  control: Pick<Control, 'status'>,
  refused: (sentence: string) => void,
): Server {
  const server = createServer((socket) =>
    attend(socket, (method, path) => answerTo(method, path, control)),
  );
  server.maxConnections = connectionsMost;
  server.on('error', (error: NodeJS.ErrnoException) => {
    refused(
      `metrics_listen: ${address} port ${port} was refused (${error.code ?? error.message}); metrics are still on the control socket ("holdfast metrics"): free the port or name another, then reload`,
    );
  });
  server.listen(port, address);
  server.unref();
  return server;
}

async function answerTo(
  method: string,
  path: string,
  control: Pick<Control, 'status'>,
): Promise<Answer> {
  if (method === 'GET' && path === '/metrics') {
    return { status: 200, body: metricsOf(await control.status()) };
  }
  return { status: 404, body: { error: `there is no ${method} ${path} here: try GET /metrics` } };
}
