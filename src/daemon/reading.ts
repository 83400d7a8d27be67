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
function keepCompiledCode(): void {
  flushCompileCache();
  process.disconnect?.();
}

// Without a channel it was started to compile and nothing else.
if (process.send === undefined) keepCompiledCode();
else process.send(message, keepCompiledCode);
