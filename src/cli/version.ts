/** The version of the package that this file belongs to. */
import { readFileSync } from 'node:fs';

interface Manifest {
  readonly version: string;
}

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');

export const version: string = (JSON.parse(manifest) as Manifest).version;
