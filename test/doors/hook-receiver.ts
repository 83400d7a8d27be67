/**
 * Takes posts: `node hook-receiver.ts PORT FILE STATUS...`; answers with the statuses in turn, then with 200. The status
 * `stall` leaves every post without an answer, and out of the file.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , port = '', file = '', ...statuses] = process.argv;

const receiver = createServer((request, response) => {
  process.stdout.write('visited\n');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (statuses[0] === 'stall') return;
    const status = Number(statuses.shift() ?? 200);
    const body = Buffer.concat(chunks).toString();
    appendFileSync(file, `${JSON.stringify({ status, headers: request.headers, body })}\n`);
    response.statusCode = status;
    response.end();
  });
});
receiver.listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'));
