/** The parts of the daemon's plan that watch and tell: files that can be watched, pipes with their owners and readers. */
import type {
  CommandModel,
  PipeModel,
  PipesModel,
} from '../../engine/translation/supervisor-model.ts';
import type { TrackFileModel } from '../../engine/translation/supervisor-trackers.ts';
import type { Line } from '../journal/severity.ts';
import type { PipePlan } from '../notify/pipe.ts';
import type { PipesPlan } from '../notify/pipes.ts';
import { accountNamed } from '../scripts/account.ts';
import type { Command } from '../scripts/command.ts';
import { remoteFileSystem } from '../trackers/file-system.ts';

export interface WatchableFiles {
  readonly files: readonly TrackFileModel[];
  /** Trackers that must not be waited for. */
  readonly refused: readonly string[];
}

/** A file whose changes this host is not told of is not tracked, as keepalived has it. */
export function watchableFiles(models: readonly TrackFileModel[], remarks: Line[]): WatchableFiles {
  const refused: string[] = [];
  const files = models.filter(({ name, tracker, path }) => {
    const remote = remoteFileSystem(path);
    if (remote === undefined) return true;
    refused.push(tracker);
    const text = `track_file ${name} is not watched, and what tracks it runs unwatched: ${path} lies on ${remote}, which does not tell what other hosts write; put it on a file system of this host, such as /run`;
    remarks.push({ loudness: 'error', text });
    return false;
  });
  return { files, refused };
}

/** `prepare` finds and checks a reader; undefined when it must not run, which has been remarked. */
export function pipesPlan(
  { all, vrrp, lvs, priorityChanges, statesOnReload }: PipesModel,
  prepare: (keyword: string, command: CommandModel) => Command | undefined,
  remarks: Line[],
): PipesPlan {
  const plan = (keyword: string, model: PipeModel | undefined): PipePlan | undefined => {
    if (model === undefined) return undefined;
    const { path, owner, reader } = model;
    return {
      path,
      owner: ownerOf(keyword, owner, remarks),
      reader: reader === undefined ? undefined : prepare(`${keyword}_script`, reader),
    };
  };
  if (all !== undefined && (all.path === vrrp?.path || all.path === lvs?.path)) {
    const text = `notify_fifo and another pipe are both ${all.path}: its lines are written once; name another file`;
    remarks.push({ loudness: 'warning', text });
  }
  const first = plan('notify_fifo', all);
  const distinct = (keyword: string, model: PipeModel | undefined) =>
    model !== undefined && model.path === all?.path ? first : plan(keyword, model);
  return {
    all: first,
    vrrp: distinct('vrrp_notify_fifo', vrrp),
    lvs: distinct('lvs_notify_fifo', lvs),
    priorityChanges,
    statesOnReload,
  };
}

function ownerOf(keyword: string, { user, group }: PipeModel['owner'], remarks: Line[]) {
  if (user === undefined) return undefined;
  const account = accountNamed(user, group);
  if (account === undefined) {
    const text = `${keyword}: the host knows no user ${user}${group === undefined ? '' : ` or no group ${group}`}; the pipe belongs to the daemon's own`;
    remarks.push({ loudness: 'error', text });
  }
  return account;
}
