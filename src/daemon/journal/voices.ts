/** Which voices a daemon has: its standard output unless it was told otherwise, and syslog where it was asked for. */
import { fstatSync } from 'node:fs';
import { LineSink, outletFor } from './sink.ts';
import type { SyslogOptions } from './syslog.ts';
import { plainVoice, systemdVoice, type Voice } from './voice.ts';

export interface VoiceOptions {
  /** Whether standard output is written to. */
  readonly console: boolean;
  readonly syslog: SyslogOptions | undefined;
}

const standardOutput = 1;

export async function openVoices(
  options: VoiceOptions,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Voice[]> {
  const voices: Voice[] = [];
  if (options.console) {
    const sink = new LineSink(outletFor(standardOutput));
    const isJournal = reachesJournal(environment.JOURNAL_STREAM, standardOutput);
    voices.push(isJournal ? systemdVoice(sink) : plainVoice(sink));
  }
  if (options.syslog !== undefined) {
    const { openSyslog } = await import('./syslog.ts');
    voices.push(await openSyslog(options.syslog));
  }
  return voices;
}

/**
 * Whether a descriptor leads to systemd's journal (systemd.exec(5)): the variable names its device and inode, and
 * survives in processes whose output goes elsewhere.
 */
export function reachesJournal(stream: string | undefined, descriptor: number): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(descriptor);
  return stream === `${dev}:${ino}`;
}
