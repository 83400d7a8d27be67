/** Takes posts: `node hook-receiver.ts PORT FILE STATUS...`; answers with the statuses in turn, then with 200. */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , port = '', file = '', ...statuses] = process.argv;

const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const status = Number(statuses.shift() ?? 200);
    const body = Buffer.concat(chunks).toString();
    appendFileSync(file, `${JSON.stringify({ status, headers: request.headers, body })}\n`);
    response.statusCode = status;
    response.end();
  });
});
receiver.listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'));
