/** The process behind `readerOf`: reads the file that it is given, tells what came of it, ends. */
import { flushCompileCache } from 'node:module';
import { readConfiguration } from './configuration.ts';

const reading = readConfiguration(process.argv[2] ?? '');
function keepCompiledCode(): void {
  flushCompileCache();
  process.disconnect?.();
}

// Without a channel it was started to compile and nothing else.
if (process.send === undefined) keepCompiledCode();
else process.send(reading, keepCompiledCode);
