/** SMTP_CHECK: a server that greets, takes HELO and says farewell is up (RFC 5321 4.1). */
import { utf8Bytes } from '../../base/bytes.ts';
import {
  type Conversation,
  failed,
  type Hear,
  type Judgement,
  listen,
  passed,
  say,
  type Turn,
  withoutAnswer,
} from './conversation.ts';

/** A reply without an end of line by then is none: RFC 5321 4.5.3.1.5 allows 512. */
const LINE_MAX = 512;
const NEWLINE = 10;
const quit = utf8Bytes('QUIT\r\n');
const goodbye = passed('greeted, took HELO and said farewell');

export function smtpConversation({ helo }: { readonly helo: string }): Conversation {
  const hello = utf8Bytes(`HELO ${helo}\r\n`);
  const farewell = expect('', 'the answer to QUIT', () => goodbye);
  const welcome = expect('250 ', 'the answer to HELO', () => say(quit, farewell));
  const greeting = expect('220 ', 'the greeting', () => say(hello, welcome));
  return { carrier: 'stream', open: () => listen(greeting) };
}

/** Hears one line. One that goes on (`220-`) is not understood, as the users of this check know it. */
function expect(start: string, what: string, next: () => Turn): Hear {
  const hearAfter =
    (begun: string): Hear =>
    (heard) => {
      if (heard.kind !== 'data') return withoutAnswer(heard, what);
      const line = begun + textOf(heard.bytes);
      if (line.length <= LINE_MAX && line.includes('\n'))
        return line.startsWith(start) ? next() : wrong(line, start, what);
      if (line.length > LINE_MAX) return failed(`${what} has no end of line in ${LINE_MAX} bytes`);
      return listen(hearAfter(line));
    };
  return hearAfter('');
}

function wrong(line: string, start: string, what: string): Judgement {
  const [said = ''] = line.split(/[\r\n]/);
  return failed(`${what} is ${JSON.stringify(said.slice(0, 80))}, wanted ${start.trim()}`);
}

/** As far as the first line goes, a character a byte. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(NEWLINE);
  return String.fromCharCode(
    ...bytes.subarray(0, Math.min(end < 0 ? LINE_MAX : end + 1, LINE_MAX)),
  );
}
