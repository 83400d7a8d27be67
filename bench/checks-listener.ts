/** Servers for checks to look at, in a process of their own: they accept, answer a request, and count. */
import { createServer } from 'node:net';

export const FIRST_PORT = 21_000;
export const PORTS = 50;
const answer = 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello';

if (process.argv[1] === import.meta.filename) {
  let accepted = 0;
  for (let index = 0; index < PORTS; index += 1) {
    const server = createServer((socket) => {
      accepted += 1;
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    server.listen({ host: '127.0.0.1', port: FIRST_PORT + index, backlog: 4_096 });
  }
  process.on('message', () => process.send?.(accepted));
  process.on('disconnect', () => process.exit());
}
