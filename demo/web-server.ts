/** A stand-in for nginx: `node web-server.ts NAME [PORT]` answers every request, on port 80 or another, with its name. */
import { createServer } from 'node:http';

const name = process.argv[2] ?? 'nobody';
const port = Number(process.argv[3] ?? 80);

createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${name}\n`);
}).listen(port, '::');
