/** Holdfast under keepalived's name. */
import { nameRealTimeSignals } from '../real-time-signals.ts';

nameRealTimeSignals();
const { classic } = await import('./classic.ts');
const code = await classic(process.argv.slice(2));
if (code !== undefined) process.exitCode = code;
