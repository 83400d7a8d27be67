/**
 * Whether TLS was ended as RFC 8446 6.1 asks, by close_notify, which Node does not say: it ends the reading side in
 * either case. Here the end of the TCP stream is held back a little, so that only close_notify can have ended TLS before.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

export interface WatchedStream {
  readonly stream: Duplex;
  /** Asked when TLS ends. */
  isClean(): boolean;
}

export function watchEnd(socket: Socket): WatchedStream {
  let isOver = false;
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk, encoding, done) => socket.write(chunk, encoding, done),
    final: (done) => socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (bytes) => {
    if (!stream.push(bytes)) socket.pause();
  });
  socket.on('close', (hadError) => {
    if (hadError) stream.destroy();
  });
  socket.on('end', () => {
    // TLS works off what came before the end within this turn of the loop and the next.
    setImmediate(() =>
      setImmediate(() => {
        isOver = true;
        stream.push(null);
      }),
    );
  });
  socket.on('error', (error) => stream.destroy(error));
  return { stream, isClean: () => !isOver };
}
