/** A stand-in for nginx: `node web-server.ts NAME` answers every request on port 80 with its host's name. */
import { createServer } from 'node:http';

const name = process.argv[2] ?? 'nobody';

createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${name}\n`);
}).listen(80, '::');
