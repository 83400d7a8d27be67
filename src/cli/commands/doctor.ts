/** `holdfast doctor`: why a balanced connection hangs, or a failover would. */
import { existsSync } from 'node:fs';
import { ask } from '../../api/client.ts';
import type { Status } from '../../daemon/control.ts';
import { examine } from '../../daemon/doctor/examine.ts';
import type { Examined } from '../../daemon/doctor/finding.ts';
import { loadHere } from '../../daemon/reading/load.ts';
import { hasErrors } from '../../language/load.ts';
import { enterNamespace, placeIn } from '../namespace.ts';
import { configurationFrom, stateDirectoryFrom } from '../surroundings.ts';

export interface DoctorOptions {
  readonly file: string | undefined;
  readonly json: boolean;
  /** As named on the command line. */
  readonly stateDirectory: string | undefined;
}

/** 0: nothing found. 1: something found. 2: it could not be looked for. */
export async function doctor({ file, json, ...options }: DoctorOptions): Promise<number> {
  const place = file === undefined ? undefined : await placeIn(file);
  const stateDirectory = stateDirectoryFrom(options.stateDirectory, place);
  const answer = await ask<Status>('status', { stateDirectory });
  const running = answer.ok ? answer.value : undefined;
  const path = file ?? running?.configuration ?? configurationFrom(undefined);
  if (path === undefined || !existsSync(path)) {
    return refuse(
      path === undefined
        ? 'no daemon runs and there is no configuration in its usual place: name the file'
        : `there is no file ${path}`,
    );
  }
  if (process.getuid?.() !== 0) {
    return refuse('only root may look at the network of a host: run it as root');
  }
  const outside = enterNamespace((place ?? (await placeIn(path))).namespace);
  if (outside !== undefined) return refuse(outside);
  const configuration = loadHere(path);
  if (hasErrors(configuration.diagnostics)) {
    return refuse(`the daemon would not start with ${path}: see holdfast check ${path}`);
  }
  const examined = await examine(configuration.model, statesOf(running));
  process.stdout.write(json ? `${JSON.stringify(examined, null, 2)}\n` : render(examined));
  return examined.findings.length === 0 ? 0 : 1;
}

function statesOf(status: Status | undefined): ReadonlyMap<string, string> {
  const instances = status?.snapshot?.instances ?? [];
  return new Map(instances.map(({ name, state }) => [name, state]));
}

function render({ findings, unseen }: Examined): string {
  const blocks = findings.map(
    ({ code, what, where, cure }) => `${code}: ${what}\n  where: ${where}\n  cure:  ${cure}\n`,
  );
  const notes = unseen.map((note) => `note: ${note}\n`);
  const end =
    findings.length === 0
      ? 'nothing found\n'
      : `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}\n`;
  return [...blocks, ...notes, end].join('\n');
}

function refuse(why: string): number {
  process.stderr.write(`holdfast: ${why}\n`);
  return 2;
}
