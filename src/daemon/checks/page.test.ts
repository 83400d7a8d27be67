import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { fetchPage } from './page.ts';

async function fetchFrom(answer: string) {
  const server = createServer((socket) => socket.once('data', () => socket.end(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  const address = parseAddress('127.0.0.1');
  assert.ok(typeof place === 'object' && place !== null && address !== undefined);
  const page = await fetchPage({
    address,
    port: place.port,
    path: '/',
    host: undefined,
    tls: false,
    sni: false,
    mark: undefined,
    protocol: '1.0',
    timeout: 5,
  });
  server.close();
  return page;
}

test('the digest is that of the body, as far as Content-Length says', async () => {
  const page = await fetchFrom('HTTP/1.0 404 No\r\nContent-Length: 5\r\n\r\nhello world');
  assert.equal(page.ok && page.value.digest, '5d41402abc4b2a76b9719d911017c592');
});

test('what is no page is told', async () => {
  assert.deepEqual(await fetchFrom('HTTP/1.0 200 OK\r\n'), {
    ok: false,
    error: 'its answer has no end of the head',
  });
  assert.deepEqual(await fetchFrom(''), { ok: false, error: 'it said nothing' });
});
