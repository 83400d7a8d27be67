/** SSL_GET: TLS that works, is refused, or breaks off. */
import type { Socket } from 'node:net';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { certificate } from './certificate.ts';
import { answering, type End, head, md5 } from './http-scenarios.ts';
import { carrierOf, nobody, type Piece, type Scenario } from './scenario.ts';

const ok = head(200);
const url = (...lines: readonly string[]) => ['url {', 'path /health', ...lines, '}'];

function scenario(
  name: string,
  pieces: readonly Piece[],
  lines: readonly string[] = url(),
  end: End = 'end',
): Scenario {
  const converse = answering(pieces, end);
  return {
    checker: 'SSL_GET',
    name,
    service: { kind: 'tls', options: certificate, converse },
    lines,
  };
}

function plain(name: string, converse: (socket: Socket) => void, lines = url()): Scenario {
  return { checker: 'SSL_GET', name, service: { kind: 'stream', converse }, lines };
}

function version(only: SecureVersion): Scenario {
  const options = {
    ...certificate,
    minVersion: only,
    maxVersion: only,
    ciphers: 'ALL:@SECLEVEL=0',
  };
  return {
    ...scenario(only, [ok]),
    service: {
      kind: 'tls',
      options,
      converse: answering([ok]),
    },
  };
}

/** Ends TCP without a word of TLS. */
function cutOff(name: string, only: SecureVersion, lines: readonly string[]): Scenario {
  const options = { ...certificate, minVersion: only, maxVersion: only };
  const converse = (socket: Socket): void => {
    socket.once('data', () => {
      socket.write(`${ok}hello`, () => {
        setTimeout(() => carrierOf(socket).end(), 100);
      });
    });
  };
  return {
    checker: 'SSL_GET',
    name: `${name}, ${only}`,
    service: { kind: 'tls', options, converse },
    lines,
  };
}

/** Answers only when this name was asked for in the handshake. */
function named(name: string, wanted: string | false, lines: readonly string[]): Scenario {
  const converse = (socket: Socket): void => {
    const said: unknown = (socket as TLSSocket).servername;
    socket.once('data', () => socket.end(said === wanted ? ok : head(500)));
  };
  return {
    checker: 'SSL_GET',
    name,
    service: { kind: 'tls', options: certificate, converse },
    lines,
  };
}

const newer = 'the packaged keepalived is too old to know the keyword';

export const tlsScenarios: readonly Scenario[] = [
  scenario('a good answer', [ok, 'hello']),
  scenario('a bad status', [head(503)]),
  scenario('the digest', [ok, 'hello'], url(`digest ${md5('hello')}`)),
  scenario('another digest', [ok, 'hallo'], url(`digest ${md5('hello')}`)),
  scenario('a match', [ok, 'hello'], url('regex "l+o"')),
  scenario('half a head', ['HTTP/1.0 200']),
  scenario('is silent', [], url(), 'stay'),
  scenario('a head, then silence', [ok], url(), 'stay'),
  scenario('closes without a word', []),
  scenario('resets', [], url(), 'reset'),
  scenario(
    'half a body, then a reset',
    [head(200, 'Content-Length: 9'), 'hello', 100],
    url(),
    'reset',
  ),
  scenario('400 kilobytes', [ok, 'x'.repeat(400_000)]),
  scenario('a piece every other second', [2_000, ok, 2_000, 'a', 2_000, 'b', 2_000, 'c']),
  scenario('tls_compliant', [ok, 'hello'], ['tls_compliant', ...url()]),
  version('TLSv1.1'),
  version('TLSv1.2'),
  version('TLSv1.3'),
  cutOff('cut off', 'TLSv1.2', url()),
  cutOff('cut off', 'TLSv1.3', url()),
  { ...cutOff('cut off, tls_compliant', 'TLSv1.2', ['tls_compliant', ...url()]), reason: newer },
  { ...cutOff('cut off, tls_compliant', 'TLSv1.3', ['tls_compliant', ...url()]), reason: newer },
  named('no name', false, url()),
  {
    ...named('sni_name', 'www.example.org', ['enable_sni', 'sni_name www.example.org', ...url()]),
    reason: newer,
  },
  named('the virtualhost as the name', 'www.example.org', [
    'enable_sni',
    ...url('virtualhost www.example.org'),
  ]),
  named('a virtualhost, but no enable_sni', false, url('virtualhost www.example.org')),
  { ...scenario('refuses', []), service: nobody },
  plain('speaks no TLS', answering([ok])),
  plain('answers in the clear', (socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n')),
  plain('closes at once', (socket) => socket.end()),
  plain('closes after the hello', (socket) => socket.once('data', () => socket.end())),
  plain('resets after the hello', (socket) => socket.once('data', () => socket.resetAndDestroy())),
  plain('is silent in the handshake', (socket) => socket.resume()),
  plain('an alert', (socket) =>
    socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
  ),
  plain('garbage', (socket) => socket.once('data', () => socket.end(Buffer.alloc(200, 0xa5)))),
];
