/** What every command takes from its surroundings: the state directory and the configuration file. */
import { existsSync } from 'node:fs';
import { defaultStateDirectory } from '../daemon/state-directory.ts';
import { type Place, placeDirectory } from './namespace.ts';

/** `--state-dir`, else HOLDFAST_STATE_DIR, else /run/holdfast, or a directory in it for a daemon with a place of its own. */
export function stateDirectoryFrom(option: string | undefined, place?: Place): string {
  const fromEnvironment = process.env.HOLDFAST_STATE_DIR;
  const named = option ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  if (named !== undefined) return named;
  return place === undefined ? defaultStateDirectory : placeDirectory(defaultStateDirectory, place);
}

/** keepalived's own file is taken where there is no other, so that a swap needs no option. */
export const defaultConfigurations = [
  '/etc/holdfast/holdfast.conf',
  '/etc/keepalived/keepalived.conf',
] as const;

export function configurationFrom(named: string | undefined): string | undefined {
  return named ?? defaultConfigurations.find((path) => existsSync(path));
}
