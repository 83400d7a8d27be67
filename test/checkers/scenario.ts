/** One behaviour of a real server, and how a checker is told to look at it. */
import type { Socket as DatagramSocket, RemoteInfo } from 'node:dgram';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { EchoAnswer } from './echo-stage.ts';

export type Service =
  /** Nobody listens. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'stream'; readonly converse: (socket: Socket) => void }
  | {
      readonly kind: 'tls';
      readonly options: TlsOptions;
      readonly converse: (socket: Socket) => void;
    }
  | {
      readonly kind: 'datagram';
      readonly answer: (message: Buffer, reply: (bytes: Buffer) => void, scene: Scene) => void;
    }
  /** Of an address that is silent otherwise. */
  | { readonly kind: 'echo'; readonly answer: EchoAnswer };

export interface Scene {
  readonly socket: DatagramSocket;
  readonly from: RemoteInfo;
}

export interface Scenario {
  readonly checker: string;
  readonly name: string;
  readonly service: Service;
  /** Inside the block of the checker. */
  readonly lines: readonly string[];
  /** 127.0.0.1, if not another. */
  readonly address?: string;
  /** Why our verdict is another than keepalived's. A reason that is not needed is a failure. */
  readonly reason?: string;
  /** Why keepalived's verdict differs from run to run. */
  readonly unsteady?: string;
}

export const nobody: Service = { kind: 'nobody' };

/** Lets the first data of the client pass, then answers in pieces, each after a pause of milliseconds. */
export type Piece = string | Buffer | number;

export function play(
  socket: Socket,
  pieces: readonly Piece[],
  end: 'end' | 'reset' | 'stay',
): void {
  const [piece, ...rest] = pieces;
  if (socket.destroyed) return;
  if (piece === undefined) {
    if (end === 'end') socket.end();
    else if (end === 'reset') carrierOf(socket).resetAndDestroy();
    return;
  }
  if (typeof piece === 'number') {
    setTimeout(() => play(socket, rest, end), piece);
    return;
  }
  socket.write(piece, () => play(socket, rest, end));
}

/** The TCP connection below, where there is TLS. */
export function carrierOf(socket: Socket): Socket {
  const carrier: unknown = Reflect.get(socket, 'carrier');
  return isSocket(carrier) ? carrier : socket;
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'resetAndDestroy' in value;
}
