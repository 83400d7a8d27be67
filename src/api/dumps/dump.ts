/** The dumps by what asks for them: signals write files, the control socket answers with text. */
import { dirname, extname, join } from 'node:path';
import type { DumpText, Inspectable } from '../../daemon/control.ts';
import type { InstanceStatistics } from '../../engine/snapshot.ts';
import { dataPieces, parentPieces } from './data.ts';
import { bfdPieces } from './data-bfd.ts';
import { writeDump } from './file.ts';
import { jsonPieces } from './json.ts';
import { type Picture, pictureOf } from './picture.ts';
import { gathered, type Pieces } from './pieces.ts';
import { statisticsPieces } from './statistics.ts';

export type DumpKind = DumpText | 'stats-clear';

export class Dumper {
  readonly #daemon: Inspectable;
  readonly #complain: (sentence: string) => void;
  #baseline: ReadonlyMap<string, InstanceStatistics> = new Map();
  /** One write of a kind at a time; any number of signals meanwhile are one more. */
  readonly #writing = new Set<DumpKind>();
  readonly #again = new Set<DumpKind>();

  constructor(daemon: Inspectable, complain: (sentence: string) => void) {
    this.#daemon = daemon;
    this.#complain = complain;
  }

  /** What the files of this kind would hold; undefined while there is nothing to show. */
  async text(kind: DumpText): Promise<string | undefined> {
    const picture = await this.#picture();
    if (picture === undefined) return undefined;
    switch (kind) {
      case 'data':
        return `${await gathered(dataPieces(picture))}${await gathered(bfdPieces(picture) ?? [])}`;
      case 'stats':
        return gathered(statisticsPieces(picture));
      case 'json':
        return `${await gathered(jsonPieces(picture))}\n`;
    }
  }

  /** Never fails: what could not be written is complained of. */
  async write(kind: DumpKind): Promise<void> {
    if (this.#writing.has(kind)) {
      this.#again.add(kind);
      return;
    }
    this.#writing.add(kind);
    try {
      do {
        this.#again.delete(kind);
        await this.#writeOnce(kind);
      } while (this.#again.has(kind));
    } finally {
      this.#writing.delete(kind);
    }
  }

  async #writeOnce(kind: DumpKind): Promise<void> {
    const picture = await this.#picture();
    if (picture === undefined) return;
    const { umask } = picture.plan.doors;
    for (const [path, pieces] of filesOf(kind, picture)) {
      const problem = await writeDump(path, await gathered(pieces), umask);
      if (problem !== undefined) this.#complain(problem);
    }
    if (kind !== 'stats-clear') return;
    const now = picture.status.snapshot?.instances ?? [];
    this.#baseline = new Map(now.map(({ name, statistics }) => [name, statistics]));
  }

  async #picture(): Promise<Picture | undefined> {
    return pictureOf(await this.#daemon.inspect(), this.#baseline);
  }
}

/** keepalived's places, unless the configuration names others. */
export function filesOf(
  kind: DumpKind,
  picture: Picture,
  temporary = process.env.TMPDIR || '/tmp',
): readonly (readonly [path: string, text: Pieces])[] {
  const { stateFile, statisticsFile, jsonFile, label } = picture.plan.doors.dumps;
  const place = (path: string) => labelled(path, label);
  switch (kind) {
    case 'data': {
      const path = stateFile ?? join(temporary, 'keepalived.data');
      const bfd = bfdPieces(picture);
      return [
        [place(path), dataPieces(picture)],
        [place(beside(path, '_parent')), parentPieces(picture)],
        ...(bfd === undefined ? [] : [[place(beside(path, '_bfd')), bfd] as const]),
      ];
    }
    case 'stats':
    case 'stats-clear':
      return [
        [place(statisticsFile ?? join(temporary, 'keepalived.stats')), statisticsPieces(picture)],
      ];
    case 'json':
      return [[place(jsonFile ?? join(temporary, 'keepalived.json')), jsonPieces(picture)]];
  }
}

/** `/tmp/keepalived.data` → `/tmp/keepalived_parent.data`. */
function beside(path: string, suffix: string): string {
  const extension = extname(path);
  return `${extension === '' ? path : path.slice(0, -extension.length)}${suffix}${extension}`;
}

/** `/tmp/keepalived.data` → `/tmp/keepalived.blue.data`. */
function labelled(path: string, label: string | undefined): string {
  if (label === undefined) return path;
  const safe = label.replaceAll('/', '_');
  const name = beside(path.slice(dirname(path).length + 1), `.${safe}`);
  return join(dirname(path), name);
}
