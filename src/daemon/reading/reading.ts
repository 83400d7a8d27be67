/** The process behind `readerOf`: reads the file that it is given, tells what came of it, ends. */
import { flushCompileCache } from 'node:module';
import { keepText, recordingOf } from '../reload/kept-text.ts';
import { readConfiguration } from './configuration.ts';
import { surroundings } from './load.ts';

const [, , path = '', directory] = process.argv;
const recording = recordingOf(surroundings(path));
const reading = readConfiguration(path, recording.options);

function finish(): void {
  if (directory !== undefined && reading.ok && reading.plan.fingerprint !== undefined) {
    keepText(directory, reading.plan.fingerprint, recording.text());
  }
  flushCompileCache();
  process.disconnect?.();
}

// Without a channel it was started to compile and nothing else.
if (process.send === undefined) flushCompileCache();
else process.send(reading, finish);
