/** Conversations as transcripts: what is heard, what is said, and what comes of it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../base/address.ts';
import { seconds } from '../../base/units.ts';
import type { CheckTarget } from '../check.ts';
import type { Checker, HttpUrl } from '../checker.ts';
import type { Heard, Turn } from './conversation.ts';
import { conversationFor } from './conversation-for.ts';
import { judgeExit } from './misc.ts';

const address = parseAddress('192.0.2.1');
assert.ok(address !== undefined);
const target: CheckTarget = {
  address,
  port: 8080,
  bindAddress: undefined,
  bindPort: undefined,
  bindInterface: undefined,
  mark: undefined,
  timeout: seconds(1),
};
const circumstances = {
  nonce: 0x1234abcd,
  execute(expression: RegExp, text: string) {
    const match = expression.exec(text);
    return match === null ? undefined : { begin: match.index, end: expression.lastIndex };
  },
  digest() {
    const hash = createHash('md5');
    return {
      update: (bytes: Uint8Array) => void hash.update(bytes),
      hex: () => hash.digest('hex'),
    };
  },
};

const data = (text: string): Heard => ({ kind: 'data', bytes: Buffer.from(text, 'latin1') });
const hex = (text: string): Heard => ({ kind: 'data', bytes: Buffer.from(text, 'hex') });
const ended: Heard = { kind: 'ended' };
const silence: Heard = { kind: 'silence' };
const complaint = (text: string): Heard => ({
  ...{ kind: 'complaint', reason: 'host unreachable', about: Buffer.from(text, 'hex') },
});

/** What is said, with `~` where the timeout goes on, and the judgement. */
function transcript(settings: Checker, heard: readonly Heard[], form: 'latin1' | 'hex' = 'latin1') {
  const conversation = conversationFor({ settings, step: 0, target });
  assert.ok(conversation !== undefined);
  const lines: string[] = [];
  const tell = (turn: Turn): void => {
    if (turn.kind === 'judged') {
      const weight = turn.weight === undefined ? '' : ` ${turn.weight}`;
      lines.push(`${turn.passed ? 'up' : 'down'}${weight}: ${turn.detail}`);
    } else if (turn.say !== undefined) lines.push(Buffer.from(turn.say).toString(form));
    else if (!turn.anew) lines.push('~');
  };
  let turn = conversation.open(circumstances);
  tell(turn);
  for (const each of heard) {
    assert.equal(turn.kind, 'listen', 'nobody listens any more');
    if (turn.kind !== 'listen') break;
    turn = turn.hear(each);
    tell(turn);
  }
  return lines;
}

const verdict = (settings: Checker, heard: readonly Heard[]) =>
  transcript(settings, heard).at(-1)?.split(':')[0];

const page: HttpUrl = {
  path: '/health',
  host: undefined,
  digest: undefined,
  statuses: [],
  pattern: undefined,
  tlsCompliant: false,
};
const http = (url: Partial<HttpUrl> = {}): Checker => ({
  kind: 'http',
  tls: undefined,
  protocol: '1.1',
  urls: [{ ...page, ...url }],
});

test('TCP: a connection is enough', () => {
  assert.deepEqual(transcript({ kind: 'tcp' }, []), ['up: connection accepted']);
});

test('HTTP: the request, and an answer in pieces that the end of the stream completes', () => {
  assert.deepEqual(
    transcript(http(), [data('HTTP/1.1 204 No'), data(' Content\r\n\r'), data('\n'), ended]),
    [
      'GET /health HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: 192.0.2.1:8080\r\n\r\n',
      'up: HTTP status 204 for /health',
    ],
  );
});

test('HTTP: what goes wrong is told with what was wanted', () => {
  const last = (url: Partial<HttpUrl>, ...heard: readonly Heard[]) =>
    transcript(http(url), heard).at(-1);
  const bad = data('HTTP/1.1 503 No\r\n\r\n');
  assert.equal(last({}, bad, ended), 'down: HTTP status 503 for /health, wanted 200 to 299');
  assert.equal(
    last({}, data('HTTP/1.1'), ended),
    'down: the connection was closed before the head of the answer for /health',
  );
  assert.equal(
    last({}, data('HTTP/1.1 200 OK\r\n\r\n'), silence),
    'down: timeout waiting for the end of the answer for /health',
  );
  const cut: Heard = { kind: 'cut' };
  const good = data('HTTP/1.1 200 OK\r\n\r\n');
  assert.equal(last({}, good, cut), 'up: HTTP status 200 for /health');
  assert.match(last({ tlsCompliant: true }, good, cut) ?? '', /^down: TLS was cut off/);
  const json = { path: ['state'], wanted: 'ok' };
  assert.equal(
    last({ json }, good, data('{"state":"ok"}'), ended),
    'up: HTTP status 200 for /health',
  );
  assert.equal(
    last({ json }, good, data('{"state":"bad"}'), ended),
    'down: state is "bad", wanted "ok", for /health',
  );
  assert.equal(
    last({ json }, good, data('{}'), ended),
    'down: the JSON has no field state, for /health',
  );
});

test('HTTP: however an answer is cut into pieces, the verdict is the same', () => {
  const digest = createHash('md5').update('hello').digest('hex');
  const pattern = {
    source: 'l+o',
    flags: '',
    wantsMatch: true,
    minimumOffset: 2,
    maximumOffset: 2,
  };
  const answer = 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello, world';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: answer.length })), (cuts) => {
      const ends = [...new Set(cuts), answer.length].sort((one, other) => one - other);
      const pieces = ends.map((end, index) => data(answer.slice(ends[index - 1] ?? 0, end)));
      assert.equal(verdict(http({ digest, pattern }), [...pieces, ended]), 'up');
    }),
  );
});

test('HTTP: an expression finds what lies across the border of a window, far into the body', () => {
  const pattern = { source: 'needle', flags: '', wantsMatch: true, minimumOffset: 0 };
  const wanted = { pattern: { ...pattern, maximumOffset: undefined } };
  const body = [data('x'.repeat(262_140)), data('nee'), data(`dle${'y'.repeat(400_000)}`)];
  const heard = [data('HTTP/1.0 200 OK\r\n\r\n'), ...body, ended];
  assert.equal(verdict(http(wanted), heard), 'up');
  const early = { pattern: { ...pattern, maximumOffset: 262_139 } };
  assert.equal(verdict(http(early), heard), 'down');
});

test('HTTP: an anchor means the body, not the window; an expression that cannot be read is told', () => {
  const whole = { flags: '', wantsMatch: true, minimumOffset: 0, maximumOffset: undefined };
  const head = data('HTTP/1.0 200 OK\r\n\r\n');
  const long = [head, data('x'.repeat(300_000)), data('y'.repeat(300_000)), ended];
  const judged = (source: string) => verdict(http({ pattern: { ...whole, source } }), long);
  assert.equal(judged('^x'), 'up');
  assert.equal(judged('x$'), 'down');
  assert.equal(judged('^y'), 'down');
  assert.equal(judged('y$'), 'up');
  assert.equal(judged('xy'), 'up');
  const pattern = { ...whole, source: '(' };
  const [, told = ''] = transcript(http({ pattern }), [head, ended]);
  assert.match(told, /^down: the expression cannot be read \(.*\): "\(", for \/health$/);
});

test('SMTP: greeting, HELO, QUIT', () => {
  const smtp = { kind: 'smtp', helo: 'check.example.org' } as const;
  const [hello, quit] = ['HELO check.example.org\r\n', 'QUIT\r\n'];
  assert.deepEqual(
    transcript(smtp, [data('220 a\r\n'), data('25'), data('0 b\r\n'), data('221 c\r\n')]),
    [hello, quit, 'up: greeted, took HELO and said farewell'],
  );
  assert.deepEqual(transcript(smtp, [data('220-a\r\n220 b\r\n')]), [
    'down: the greeting is "220-a", wanted 220',
  ]);
  assert.deepEqual(transcript(smtp, [data('220 a\r\n'), data('550 b\r\n')]), [
    hello,
    'down: the answer to HELO is "550 b", wanted 250',
  ]);
  assert.deepEqual(transcript(smtp, [silence]), ['down: timeout waiting for the greeting']);
});

test('DNS: a question of its own, and answers that are for somebody else', () => {
  const dns = { kind: 'dns', type: 'AAAA', name: 'a.example' } as const;
  const query = 'abcd010000010000000000000161076578616d706c6500001c0001';
  const lines = transcript(
    dns,
    [hex('abce81800001'), hex(`abce8180${'00'.repeat(8)}`), hex(`abcd8182${'00'.repeat(8)}`)],
    'hex',
  );
  assert.deepEqual(lines, [query, '~', '~', 'down: SERVFAIL for AAAA a.example']);
  assert.equal(verdict(dns, [hex(`abcd8180${'00'.repeat(8)}`)]), 'up');
  assert.equal(verdict(dns, [hex(query), silence]), 'down');
});

test('UDP: silence is good unless a reply is wanted', () => {
  const payload = new Uint8Array([1]);
  assert.equal(verdict({ kind: 'udp', payload, reply: undefined }, [silence]), 'up');
  const broken: Heard = { kind: 'broken', reason: 'connection refused' };
  assert.equal(verdict({ kind: 'udp', payload, reply: undefined }, [broken]), 'down');
  const reply = { pattern: [{ value: 0x0a, mask: 0xff }], minimum: 2, maximum: 3 };
  const asked = { kind: 'udp', payload, reply } as const;
  assert.equal(verdict(asked, [silence]), 'down');
  assert.equal(verdict(asked, [hex('0a0b')]), 'up');
  assert.equal(verdict(asked, [hex('0b0b')]), 'down');
  assert.equal(verdict(asked, [hex('0a')]), 'down');
  assert.equal(verdict(asked, [hex('0a0b0c0d')]), 'down');
});

test('ping: its own echo alone counts', () => {
  const ip = '45000000000000000001000000000000000000000'.slice(0, 40);
  const heard = [
    hex(`${ip}08000000123400ff`),
    hex(`${ip}000041fd1234abce`),
    // Damaged on its way.
    hex(`${ip}000041ff1234abcd`),
    complaint('0800000043211234'),
    complaint('08000000'),
    hex(`${ip}000041fe1234abcd0001`),
    hex(`${ip}000541f91234abcd0000`),
  ];
  const lines = transcript({ kind: 'ping' }, heard, 'hex');
  assert.match(lines[0] ?? '', /^0800....1234abcd/);
  assert.deepEqual(lines.slice(1), [...new Array(6).fill('~'), 'up: echo reply received']);
  assert.deepEqual(transcript({ kind: 'ping' }, [complaint('0800ffff1234abcd0000')]).slice(1), [
    'down: host unreachable, waiting for an echo reply',
  ]);
});

test('a program: its status, as it is or as a weight', () => {
  const judged = (status: number, dynamic: boolean) => {
    const { passed, weight } = judgeExit('/bin/check', { kind: 'status', status }, dynamic);
    return [passed, weight];
  };
  assert.deepEqual(judged(0, true), [true, undefined]);
  assert.deepEqual(judged(1, true), [false, undefined]);
  assert.deepEqual(judged(2, true), [true, 0]);
  assert.deepEqual(judged(255, true), [true, 253]);
  assert.deepEqual(judged(2, false), [false, undefined]);
  assert.equal(judgeExit('/bin/check', { kind: 'overrun' }, true).passed, false);
});

test('whatever a server says, a conversation judges it or listens, and never throws', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 600 }).map((bytes): Heard => ({ kind: 'data', bytes })),
    fc.constantFrom<Heard>(ended, silence, { kind: 'cut' }, { kind: 'broken', reason: 'reset' }),
  );
  const kinds: readonly Checker[] = [
    http({ digest: 'x', json: { path: ['a'], wanted: 'b' } }),
    { kind: 'smtp', helo: 'x' },
    { kind: 'dns', type: 'A', name: '.' },
    { kind: 'udp', payload: new Uint8Array(0), reply: undefined },
    { kind: 'ping' },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.array(anything, { maxLength: 12 }),
      (settings, heard) => {
        let turn = conversationFor({ settings, step: 0, target })?.open(circumstances);
        for (const each of heard) {
          if (turn?.kind !== 'listen') break;
          turn = turn.hear(each);
        }
        assert.ok(turn !== undefined);
      },
    ),
  );
});
