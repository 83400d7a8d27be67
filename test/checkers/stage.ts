/** One server process that plays every scenario, each on a port of its own. */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type EchoAnswer, openEchoStage } from './echo-stage.ts';
import { routerLink } from './network.ts';
import type { Scenario, Service } from './scenario.ts';

const FIRST_PORT = 20_000;

export function portOf(index: number): number {
  return FIRST_PORT + index;
}

export interface Stage {
  close(): void;
}

/** `space`: where the router is, whose hosts answer echo requests. */
export async function openStage(scenarios: readonly Scenario[], space: string): Promise<Stage> {
  const closers: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const echoes = new Map<string, EchoAnswer>();
  for (const [index, { service, address, lines }] of scenarios.entries()) {
    if (service.kind === 'echo' && address !== undefined) echoes.set(address, service.answer);
    if (service.kind === 'nobody' || service.kind === 'echo') continue;
    // Where the checker looks at another address, that one is the server.
    const host = lines.some((line) => line.startsWith('connect_ip')) ? '127.0.0.1' : address;
    const place = { port: portOf(index), host: host ?? '127.0.0.1' };
    closers.push(
      service.kind === 'datagram'
        ? await openDatagram(service, place)
        : await openStream(service, place, keep),
    );
  }
  if (echoes.size > 0) closers.push(openEchoStage(space, routerLink, echoes).close);
  return {
    close() {
      for (const close of closers) close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Place {
  readonly port: number;
  readonly host: string;
}

function openStream(
  service: Extract<Service, { readonly kind: 'stream' | 'tls' }>,
  place: Place,
  keep: (socket: Socket) => void,
): Promise<() => void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    keep(socket);
    if (service.kind === 'stream') {
      service.converse(socket);
      return;
    }
    const secure = new TLSSocket(socket, { isServer: true, ...service.options });
    Object.assign(secure, { carrier: socket });
    keep(secure);
    secure.once('secure', () => service.converse(secure));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(place, () => resolve(() => server.close()));
  });
}

function openDatagram(
  service: Extract<Service, { readonly kind: 'datagram' }>,
  { port, host }: Place,
): Promise<() => void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (message, from) => {
    const reply = (bytes: Buffer): void => socket.send(bytes, from.port, from.address);
    service.answer(message, reply, { socket, from });
  });
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.bind(port, host, () => resolve(() => socket.close()));
  });
}
