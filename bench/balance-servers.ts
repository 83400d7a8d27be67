/**
 * Servers on many ports of one host: `node balance-servers.ts ADDRESS FIRST_PORT COUNT SPREAD`. On SIGUSR2 every second one
 * of them ends to listen, each at a moment of its own within SPREAD milliseconds, and tells when.
 */
import { createServer, type Server } from 'node:net';

const [, , address = '', firstPort = '', count = '', spread = ''] = process.argv;
const servers = new Map<number, Server>();
let opening = Number(count);
for (let index = 0; index < Number(count); index += 1) {
  const port = Number(firstPort) + index;
  const server = createServer((socket) => socket.on('error', () => undefined).end());
  servers.set(port, server);
  server.listen({ host: address, port, backlog: 512 }, () => {
    opening -= 1;
    if (opening === 0) process.stdout.write('listening\n');
  });
}
process.on('SIGUSR2', () => {
  for (const [port, server] of servers) {
    if ((port - Number(firstPort)) % 2 === 1) continue;
    setTimeout(() => {
      server.close();
      process.stdout.write(`closed ${port} ${performance.timeOrigin + performance.now()}\n`);
    }, Math.random() * Number(spread));
  }
});
