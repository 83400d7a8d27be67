/** HTTP_GET: the answers of good, bad and broken web servers. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { nobody, type Piece, play, type Scenario } from './scenario.ts';

export type End = 'end' | 'reset' | 'stay';

/** Waits for the end of the request's head, then answers. */
export function answering(pieces: readonly Piece[], end: End = 'end') {
  return (socket: Socket): void => {
    let text = '';
    const hear = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      socket.off('data', hear);
      socket.resume();
      play(socket, pieces, end);
    };
    socket.on('data', hear);
  };
}

export function md5(text: string): string {
  return createHash('md5').update(text, 'latin1').digest('hex');
}

export function head(status: number | string, ...fields: readonly string[]): string {
  return [`HTTP/1.0 ${status} Reason`, ...fields, '', ''].join('\r\n');
}

const ok = head(200);
const url = (...lines: readonly string[]) => ['url {', 'path /health', ...lines, '}'];

function scenario(
  name: string,
  pieces: readonly Piece[],
  lines: readonly string[] = url(),
  end: End = 'end',
): Scenario {
  const converse = answering(pieces, end);
  return { checker: 'HTTP_GET', name, service: { kind: 'stream', converse }, lines };
}

/** Answers only a request that says this. */
function asking(name: string, said: string, lines: readonly string[]): Scenario {
  const converse = (socket: Socket): void => {
    socket.once('data', (bytes) => {
      const isSaid = bytes.toString('latin1').includes(said);
      socket.end(isSaid ? ok : head(500));
    });
  };
  return { checker: 'HTTP_GET', name, service: { kind: 'stream', converse }, lines };
}

function status(code: number | string, ...lines: readonly string[]): Scenario {
  const wanted = lines.length === 0 ? '' : ` where ${lines.join(' ')}`;
  return scenario(`status ${code}${wanted}`, [head(code), 'body'], url(...lines));
}

const digestOf = (text: string) => url(`digest ${md5(text)}`);
const chunked = '5\r\nhello\r\n0\r\n\r\n';

const answers: readonly Scenario[] = [
  scenario('a good answer', [ok, 'hello']),
  scenario('with its length', [head(200, 'Content-Length: 5'), 'hello']),
  ...[199, 204, 299, 300, 301, 404, 500, 503, 999].map((code) => status(code)),
  status(301, 'status_code 301'),
  status(301, 'status_code 200 300-302'),
  status(200, 'status_code 301'),
  status(20),
  status(2000),
  status('2xx'),
  scenario('no reason', ['HTTP/1.0 200\r\n\r\nhello']),
  scenario('two blanks before the status', ['HTTP/1.0  200 OK\r\n\r\nhello']),
  scenario('another protocol', ['ICY 200 OK\r\n\r\nhello']),
  scenario('a status and no more', ['HTTP/1.0 200 OK\r\n']),
  scenario('half a head', ['HTTP/1.0 200 OK\r\nContent-']),
  scenario('half a head, then silence', ['HTTP/1.0 200 OK\r\nContent-'], url(), 'stay'),
  scenario('half a head, then a reset', ['HTTP/1.0 200 OK\r\nContent-', 100], url(), 'reset'),
  scenario('a head, then silence', [ok], url(), 'stay'),
  scenario(
    'all of Content-Length, then silence',
    [head(200, 'Content-Length: 5'), 'hello'],
    url(),
    'stay',
  ),
  scenario(
    'half a body, then a reset',
    [head(200, 'Content-Length: 9'), 'hello', 100],
    url(),
    'reset',
  ),
  scenario('closes without a word', []),
  scenario('resets', [], url(), 'reset'),
  scenario('is silent', [], url(), 'stay'),
  scenario('garbage', ['\x00\x01\xff'.repeat(200)]),
  scenario('garbage with an empty line', ['\x00\x01\xff\r\n\r\nmore']),
  scenario('HTTP/0.9', ['<html>hello</html>']),
  scenario('HTTP/0.9 with an empty line', ['<html>\r\n\r\nhello</html>']),
  scenario('bare line feeds', ['HTTP/1.0 200 OK\n\nhello']),
  scenario('mixed line ends', ['HTTP/1.0 200 OK\n\r\nhello']),
  scenario('100, then 200', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello']),
  scenario('in pieces', ['HTT', 200, 'P/1.0 2', 200, '00 OK\r\n\r', 200, '\nhello']),
  scenario('a piece every second', [1_000, ok, 1_000, 'a', 1_000, 'b', 1_000, 'c']),
  scenario('a pause of 9 s', [ok, 9_000, 'a']),
  scenario('a head of 4000 bytes', [head(200, `X: ${'x'.repeat(3_960)}`), 'hello']),
  scenario('a head of 5000 bytes', [head(200, `X: ${'x'.repeat(4_960)}`), 'hello']),
  scenario('a head of 4200 bytes in pieces', [
    `HTTP/1.0 200 OK\r\nX: ${'x'.repeat(2_000)}`,
    200,
    `${'x'.repeat(2_200)}\r\n\r\nhello`,
  ]),
  scenario('400 kilobytes', [ok, 'x'.repeat(400_000)]),
];

const sums: readonly Scenario[] = [
  scenario('the digest', [ok, 'hello'], digestOf('hello')),
  scenario('another digest', [ok, 'hallo'], digestOf('hello')),
  scenario('the digest of nothing', [ok], digestOf('')),
  scenario('the digest in capitals', [ok, 'hello'], url(`digest ${md5('hello').toUpperCase()}`)),
  scenario('the digest of pieces', [ok, 'he', 200, 'llo'], digestOf('hello')),
  scenario(
    'the digest up to the length',
    [head(200, 'Content-Length: 5'), 'hello world'],
    digestOf('hello'),
  ),
  scenario(
    'the digest up to the length, in pieces',
    [head(200, 'Content-Length: 5'), 'hel', 200, 'lo world'],
    digestOf('hello'),
  ),
  scenario(
    'the digest of more than the length',
    [head(200, 'Content-Length: 5'), 'hello world'],
    digestOf('hello world'),
  ),
  scenario('less than the length', [head(200, 'Content-Length: 50'), 'hello']),
  scenario(
    'the digest of less than the length',
    [head(200, 'Content-Length: 50'), 'hello'],
    digestOf('hello'),
  ),
  scenario(
    'content-length in small letters',
    [head(200, 'content-length: 5'), 'hello world'],
    digestOf('hello'),
  ),
  scenario(
    'a length without blank',
    [head(200, 'Content-Length:5'), 'hello world'],
    digestOf('hello'),
  ),
  scenario('a length that is none', [head(200, 'Content-Length: x'), 'hello'], digestOf('hello')),
  scenario('a negative length', [head(200, 'Content-Length: -1'), 'hello'], digestOf('hello')),
  scenario(
    'two lengths',
    [head(200, 'Content-Length: 5', 'Content-Length: 11'), 'hello world'],
    digestOf('hello'),
  ),
  scenario(
    'a length in another field',
    [head(200, 'X-Content-Length: 5'), 'hello world'],
    digestOf('hello'),
  ),
  scenario('chunks', [head(200, 'Transfer-Encoding: chunked'), chunked], digestOf('hello')),
  scenario(
    'chunks as they are',
    [head(200, 'Transfer-Encoding: chunked'), chunked],
    digestOf(chunked),
  ),
  scenario('the digest of 400 kilobytes', [ok, 'x'.repeat(400_000)], digestOf('x'.repeat(400_000))),
];

const fromHead =
  'keepalived counts from the head where head and body come in one packet, here offsets are those of the body';

const endless =
  'keepalived waits for more where an expression asks for the end, and never looks again at the end of the body';
const together =
  'on a slow machine head and body arrive together, and keepalived counts from the head';

const matches: readonly Scenario[] = [
  scenario('a match', [ok, 'status: ok'], url('regex "status: *ok"')),
  scenario('no match', [ok, 'status: bad'], url('regex "status: *ok"')),
  scenario(
    'a match that must not be',
    [ok, 'status: ok'],
    url('regex "status: *ok"', 'regex_no_match'),
  ),
  scenario(
    'no match, as it must not be',
    [ok, 'status: bad'],
    url('regex "status: *ok"', 'regex_no_match'),
  ),
  scenario('no body to match', [ok], url('regex "ok"')),
  scenario('no body, and it must not match', [ok], url('regex "ok"', 'regex_no_match')),
  scenario('a match over pieces', [ok, 'stat', 200, 'us: o', 200, 'k'], url('regex "status: *ok"')),
  scenario('a match in the head alone', [head(200, 'X: ok')], url('regex "ok"')),
  scenario(
    'a match after the length',
    [head(200, 'Content-Length: 2'), 'no, but ok'],
    url('regex "ok"'),
  ),
  scenario('small and capital letters', [ok, 'STATUS'], url('regex "status"')),
  scenario('caseless', [ok, 'STATUS'], url('regex "status"', 'regex_options caseless')),
  scenario('an anchor', [ok, 'a\nstatus'], url('regex "^status"')),
  scenario(
    'an anchor in each line',
    [ok, 'a\nstatus'],
    url('regex "^status"', 'regex_options multiline'),
  ),
  {
    ...scenario('at the offset', [ok, 200, 'xxok'], url('regex "ok"', 'regex_min_offset 2')),
    unsteady: together,
  },
  {
    ...scenario('before the offset', [ok, 200, 'xxok'], url('regex "ok"', 'regex_min_offset 3')),
    unsteady: together,
  },
  {
    ...scenario(
      'before the last offset',
      [ok, 200, 'xxok'],
      url('regex "ok"', 'regex_max_offset 3'),
    ),
    unsteady: together,
  },
  {
    ...scenario('at the last offset', [ok, 200, 'xxok'], url('regex "ok"', 'regex_max_offset 2')),
    unsteady: together,
  },
  {
    ...scenario(
      'after the last offset',
      [ok, 200, 'xxxxxxok'],
      url('regex "ok"', 'regex_max_offset 2'),
    ),
    unsteady: together,
  },
  {
    ...scenario(
      'before the offset, in one packet',
      [`${ok}xxok`],
      url('regex "ok"', 'regex_min_offset 3'),
    ),
    reason: fromHead,
  },
  {
    ...scenario(
      'at the last offset, in one packet',
      [`${ok}xxok`],
      url('regex "ok"', 'regex_max_offset 2'),
    ),
    reason: fromHead,
  },
  scenario('deep in 400 kilobytes', [ok, 'x'.repeat(399_998), 'ok'], url('regex "ok"')),
  {
    ...scenario('the end before a last newline', [ok, 'status ok\n'], url('regex "ok$"')),
    reason: endless,
  },
  scenario('the end before two newlines', [ok, 'status ok\n\n'], url('regex "ok$"')),
  {
    ...scenario('letters by name', [ok, 'status ok'], url('regex "[[:space:]][[:lower:]]+$"')),
    reason: endless,
  },
  {
    ...scenario('the beginning and the end of all', [ok, 'ok'], url('regex "\\Aok\\z"')),
    reason: endless,
  },
  scenario('a dot before a carriage return', [ok, 'a\rb'], url('regex "a.b"')),
  scenario('possessive', [ok, 'aab'], url('regex "a++b"')),
  scenario('options within', [ok, 'OK'], url('regex "(?i)ok"')),
  scenario('over a border of reads', [ok, `${'x'.repeat(4_095)}ok`], url('regex "ok"')),
  scenario('a match and a bad status', [head(500), 'ok'], url('regex "ok"')),
  scenario('a match and a bad digest', [ok, 'ok'], url('regex "ok"', `digest ${md5('no')}`)),
];

const requests: readonly Scenario[] = [
  asking('HTTP/1.0', 'GET /health HTTP/1.0\r\n', url()),
  asking('HTTP/1.1', 'GET /health HTTP/1.1\r\n', ['http_protocol 1.1', ...url()]),
  asking('1.0 and Connection', 'Connection: close', ['http_protocol 1.0', ...url()]),
  asking('1.0C', 'Connection: close\r\n', ['http_protocol 1.0C', ...url()]),
  asking('1.1 and Connection', 'Connection: close\r\n', ['http_protocol 1.1', ...url()]),
  asking('the name of the client', 'KeepAliveClient\r\n', url()),
  asking('the host', 'Host: www.example.org\r\n', ['virtualhost www.example.org', ...url()]),
  asking('the host of the url', 'Host: one.example.org\r\n', [
    'virtualhost www.example.org',
    ...url('virtualhost one.example.org'),
  ]),
  asking('the address for a host', 'Host: 127.0.0.1', url()),
  { ...asking('the address in brackets', 'Host: [::1]', url()), address: '::1' },
  { ...scenario('refuses', []), service: nobody },
  scenario('no path', [ok], ['url {', 'status_code 200', '}']),
];

export const httpScenarios: readonly Scenario[] = [...answers, ...sums, ...matches, ...requests];
