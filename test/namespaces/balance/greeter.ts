/**
 * A server that answers every line and every datagram with its name:
 * `node greeter.ts NAME tcp ADDRESS PORT [udp ADDRESS PORT ...]`.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [, , name = '', ...places] = process.argv;
for (let at = 0; at < places.length; at += 3) {
  const [protocol = '', host = '', port = ''] = places.slice(at, at + 3);
  if (protocol === 'udp') answerDatagrams(host, Number(port));
  else answerLines(host, Number(port));
}
process.stdout.write('listening\n');

function answerLines(host: string, port: number): void {
  const server = createServer((socket) => {
    socket.on('data', () => socket.write(`${name}\n`));
    socket.on('error', () => socket.destroy());
  });
  server.listen({ host, port, backlog: 4_096 });
}

function answerDatagrams(host: string, port: number): void {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (_, from) => socket.send(name, from.port, from.address));
  socket.bind(port, host);
}
