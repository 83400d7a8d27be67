/** The process behind `readerOf`: reads the file that it is given, tells what came of it, ends. */
import { flushCompileCache } from 'node:module';
import { readConfiguration } from './configuration.ts';
import type { ReadingMessage } from './reader.ts';

const reading = readConfiguration(process.argv[2] ?? '');
const message: ReadingMessage = reading.ok
  ? {
      ok: true,
      plan: {
        ...reading.plan,
        instanceNotify: [...reading.plan.instanceNotify],
        groupNotify: [...reading.plan.groupNotify],
      },
    }
  : reading;
const keep = (): void => {
  flushCompileCache();
  if (process.connected) process.disconnect();
};
if (process.connected) process.send?.(message, keep);
else keep();
