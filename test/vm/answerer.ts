/**
 * A real server's work: `node answerer.ts NAME PORT...` answers every connection with its name and closes it. `9899/sctp` is
 * a port of SCTP.
 */
import { createServer, type Server } from 'node:net';

const [, , name = '', ...ports] = process.argv;
for (const port of ports) {
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.end(name);
  });
  await listen(server, port);
}
process.stdout.write('listening\n');

async function listen(server: Server, port: string): Promise<void> {
  const [number, protocol] = port.split('/');
  const place =
    protocol === 'sctp'
      ? { fd: (await import('./sctp.ts')).boundSctp(Number(number)) }
      : { port: Number(number), host: '::', backlog: 4_096 };
  await new Promise<void>((resolve) => server.listen(place, resolve));
}
