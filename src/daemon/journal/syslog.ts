/**
 * The voice that syslog hears: one datagram a line to /dev/log. libc's syslog(3) waits for a full socket, and without a
 * syslog daemon writes to the console at a millisecond and a half a line; here such a line is lost and counted.
 */
import type { PortError } from '../../ports.ts';
import { type Line, syslogLevel } from './severity.ts';
import type { Speaker, Voice } from './voice.ts';

export interface SyslogOptions {
  readonly facility: number;
  /** What the log calls each process. */
  readonly identities: Readonly<Record<Speaker, string>>;
  readonly path?: string;
}

/** Sends one datagram without waiting; the error, or undefined. */
type Send = (path: string, text: string) => PortError | undefined;

export async function openSyslog(options: SyslogOptions): Promise<Voice> {
  const { sendToUnixSocket } = await import('../../linux/notify-socket.ts');
  return syslogVoice(options, sendToUnixSocket);
}

/** RFC 3164 as local syslog daemons read it: no host name. A line may be cut by the receiver, never by us. */
export function syslogVoice(options: SyslogOptions, send: Send): Voice {
  const { facility, identities, path = '/dev/log' } = options;
  let missing = 0;
  let dropped = 0;
  const post = ({ loudness, text }: Line, microseconds: number, speaker: Speaker): boolean => {
    const head = `<${facility * 8 + syslogLevel[loudness]}>${stampOf(microseconds)}`;
    return send(path, `${head} ${identities[speaker]}[${process.pid}]: ${text}`) === undefined;
  };
  return {
    say(line, wall, speaker) {
      if (missing > 0) {
        const text = `${missing} lines are missing here: syslog did not take them`;
        if (post({ loudness: 'warning', text }, wall, 'daemon')) missing = 0;
      }
      if (post(line, wall, speaker)) return;
      missing += 1;
      dropped += 1;
    },
    drain: (_milliseconds, done) => void setImmediate(done),
    get dropped() {
      return dropped;
    },
  };
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Mar  1 12:00:00`, in local time. */
function stampOf(microseconds: number): string {
  const date = new Date(Math.floor(microseconds / 1_000));
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return `${months[date.getMonth()]} ${String(date.getDate()).padStart(2, ' ')} ${clock}`;
}
