/** Reads the configuration that its argument names, once, and prints how many milliseconds that took. */
import { loadHere } from '../src/daemon/reading/load.ts';

const [, , path = ''] = process.argv;
const began = performance.now();
loadHere(path);
process.stdout.write(String(performance.now() - began));
