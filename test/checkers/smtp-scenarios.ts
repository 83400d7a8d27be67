/** SMTP_CHECK: what a mail server says, and when. */
import type { Socket } from 'node:net';
import { nobody, type Piece, play, type Scenario } from './scenario.ts';

interface Lines {
  readonly greeting?: readonly Piece[];
  readonly helo?: readonly Piece[];
  readonly quit?: readonly Piece[];
}

const usual = { greeting: ['220 ready\r\n'], helo: ['250 hello\r\n'], quit: ['221 bye\r\n'] };

function speak(socket: Socket, lines: Lines): void {
  const { greeting, helo, quit } = { ...usual, ...lines };
  const left = [helo, quit];
  let text = '';
  play(socket, greeting, 'stay');
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    while (text.includes('\n')) {
      text = text.slice(text.indexOf('\n') + 1);
      const next = left.shift();
      if (next === undefined) continue;
      play(socket, next, left.length === 0 ? 'end' : 'stay');
    }
  });
}

function scenario(name: string, lines: Lines, more: Partial<Scenario> = {}): Scenario {
  return {
    checker: 'SMTP_CHECK',
    name,
    service: { kind: 'stream', converse: (socket) => speak(socket, lines) },
    lines: ['helo_name check.example.org'],
    ...more,
  };
}

const closes = (socket: Socket) => socket.end();

export const smtpScenarios: readonly Scenario[] = [
  scenario('speaks well', {}),
  scenario('refuses', {}, { service: nobody }),
  scenario('greets in two lines', { greeting: ['220-one\r\n220 two\r\n'] }),
  scenario('answers HELO in two lines', { helo: ['250-one\r\n250 two\r\n'] }),
  scenario('answers QUIT in two lines', { quit: ['221-one\r\n221 two\r\n'] }),
  scenario('greets with 554', { greeting: ['554 no\r\n'] }),
  scenario('greets with 221', { greeting: ['221 no\r\n'] }),
  scenario('answers HELO with 500', { helo: ['500 what\r\n'] }),
  scenario('answers HELO with 251', { helo: ['251 forward\r\n'] }),
  scenario('answers QUIT with 500', { quit: ['500 what\r\n'] }),
  scenario('answers QUIT with 250', { quit: ['250 fine\r\n'] }),
  scenario('closes on QUIT', { quit: [] }),
  scenario('is silent', { greeting: [] }),
  scenario('is silent after HELO', { helo: [] }),
  scenario('closes at once', {}, { service: { kind: 'stream', converse: closes } }),
  scenario(
    'resets at once',
    {},
    {
      service: { kind: 'stream', converse: (socket) => socket.resetAndDestroy() },
    },
  ),
  scenario('a greeting without text', { greeting: ['220\r\n'] }),
  scenario('a bare line feed', { greeting: ['220 ready\n'] }),
  scenario('a line without end', { greeting: ['220 ready'] }),
  scenario('a greeting in pieces', { greeting: ['22', 300, '0 rea', 300, 'dy\r\n'] }),
  scenario('a greeting of 400 bytes', { greeting: [`220 ${'x'.repeat(394)}\r\n`] }),
  scenario('a greeting of 511 bytes', { greeting: [`220 ${'x'.repeat(505)}\r\n`] }),
  scenario('a greeting of 600 bytes', { greeting: [`220 ${'x'.repeat(594)}\r\n`] }),
  scenario('a greeting of 600 bytes in pieces', {
    greeting: [`220 ${'x'.repeat(296)}`, 200, `${'x'.repeat(298)}\r\n`],
  }),
  scenario('greets and answers HELO before it was asked', {
    greeting: ['220 ready\r\n250 hello\r\n'],
    helo: [],
  }),
  scenario('garbage', { greeting: ['\x00\xff\xfe\x01\r\n'] }),
  scenario('an empty line', { greeting: ['\r\n'] }),
  scenario('a number of four digits', { greeting: ['2200 ready\r\n'] }),
  scenario('a number with a letter', { greeting: ['220x ready\r\n'] }),
  scenario('blanks before the number', { greeting: [' 220 ready\r\n'] }),
  scenario('answers slowly', { greeting: [700, '220 ready\r\n'], helo: [700, '250 hello\r\n'] }),
  scenario('answers too slowly', { greeting: [9_000, '220 ready\r\n'] }),
];
