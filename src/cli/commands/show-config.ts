/** `holdfast show config`: what a configuration, or that of the running daemon, comes to, and where each value was written. */
import { ask } from '../../api/client.ts';
import { locator } from '../../config/line-index.ts';
import { renderLines } from '../../config/render/line.ts';
import type { Status } from '../../daemon/control.ts';
import { hostFiles } from '../../daemon/reading/files.ts';
import { fingerprintOf } from '../../daemon/reading/fingerprint.ts';
import { loadHere } from '../../daemon/reading/load.ts';
import { keptOptions } from '../../daemon/reload/kept-text.ts';
import { type Configuration, hasErrors, loadConfiguration } from '../../language/load.ts';
import { provenance } from '../../language/provenance.ts';
import { effectiveJson, renderEffective } from '../render/effective.ts';
import { configurationFrom, defaultConfigurations } from '../surroundings.ts';

export interface ShowConfigOptions {
  /** Without one: the file that the running daemon was started with, else the usual place. */
  readonly file: string | undefined;
  readonly json: boolean;
  readonly defaults: boolean;
  readonly stateDirectory: string;
}

/** 0: shown. 1: shown, but the daemon would not start with it. 2: there is nothing to read. */
export async function showConfig(options: ShowConfigOptions): Promise<number> {
  const running = options.file === undefined ? await runningIn(options.stateDirectory) : undefined;
  const file = options.file ?? running?.configuration ?? configurationFrom(undefined);
  if (file === undefined) {
    process.stderr.write(
      `holdfast: there is no configuration: name a file, or write ${defaultConfigurations.join(' or ')}\n`,
    );
    return 2;
  }
  const written = loadHere(file);
  const isOther = running !== undefined && running.fingerprint !== fingerprintOf(written.sources);
  const kept = isOther ? keptBy(running, options.stateDirectory) : undefined;
  if (isOther) {
    const shown = kept === undefined ? 'this is the file' : 'this is what runs';
    process.stderr.write(
      `holdfast: ${file} has changed since the running daemon read it; ${shown}, and "holdfast plan ${file}" tells what differs\n`,
    );
  }
  const configuration = kept ?? written;
  const { sources, diagnostics } = configuration;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  process.stderr.write(renderLines(errors, sources));
  if (kept === undefined && !hostFiles.read(file).ok) return 2;
  const root = provenance(configuration);
  const locate = locator(sources);
  process.stdout.write(
    options.json
      ? `${JSON.stringify(effectiveJson(root, locate), null, 2)}\n`
      : renderEffective(root, { locate, defaults: options.defaults }),
  );
  return Number(hasErrors(diagnostics));
}

async function runningIn(stateDirectory: string): Promise<Status | undefined> {
  const answer = await ask<Status>('status', { stateDirectory });
  return answer.ok ? answer.value : undefined;
}

/** What runs, read again from the text that the daemon has kept of it. */
function keptBy({ fingerprint }: Status, directory: string): Configuration | undefined {
  const options = fingerprint === undefined ? undefined : keptOptions(directory, fingerprint);
  return options === undefined ? undefined : loadConfiguration(options);
}
