/** A real server's work: `node answerer.ts NAME PORT...` answers every connection with its name and closes it. */
import { createServer } from 'node:net';

const [, , name = '', ...ports] = process.argv;
let opening = ports.length;
for (const port of ports.map(Number)) {
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.end(name);
  });
  server.listen(port, '::', 4_096, () => {
    opening -= 1;
    if (opening === 0) process.stdout.write('listening\n');
  });
}
