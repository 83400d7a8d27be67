/** Headers of services and servers that are damaged balance what keepalived balances, and nothing more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';

function read(header: string, server = '192.0.2.9 80') {
  const { model, diagnostics } = readText(
    `virtual_server ${header} {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nreal_server ${server} {\n}\n}\n`,
  );
  const [virtual] = model.virtual_server;
  return {
    service: virtual?.service,
    servers: virtual?.real_server.map(({ endpoint }) => endpoint),
    codes: diagnostics.map(({ code }) => code).filter((code) => code.startsWith('language.')),
  };
}

const first = { kind: 'address', address: '192.0.2.1', port: 80 };

test('a port that cannot be read makes no service on every port', () => {
  assert.equal(read('192.0.2.1 http').service, undefined);
  assert.deepEqual(read('192.0.2.1 80', '192.0.2.9 http').servers, []);
});

test('of a range the first address is balanced, a prefix length is dropped', () => {
  assert.deepEqual(read('192.0.2.1-3 80').service, first);
  assert.deepEqual(read('192.0.2.1-3 80').codes, ['language.number-with-text']);
  assert.deepEqual(read('192.0.2.1/30 80').service, first);
  assert.deepEqual(read('192.0.2.1/30 80').codes, ['language.needless-prefix']);
});

test('port 0 of a server is the port of its service', () => {
  assert.deepEqual(read('192.0.2.1 80', '192.0.2.9 0').servers, [
    { address: '192.0.2.9', port: undefined },
  ]);
});
