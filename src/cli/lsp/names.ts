/** Names that stand for blocks elsewhere: which keyword's words name what, and where that is defined. */
import type { Span } from '../../config/source.ts';
import type { Configuration } from '../../language/load.ts';
import type { Spot } from './spot.ts';

const kinds = [
  'vrrp_script',
  'track_file',
  'vrrp_track_process',
  'bfd_instance',
  'vrrp_instance',
  'virtual_server_group',
  'track_group',
] as const;

export type NamedKind = (typeof kinds)[number];

export interface NamedBlock {
  readonly kind: NamedKind;
  readonly name: string;
  /** The name where it is defined. */
  readonly span: Span;
}

/** By the keyword whose lines or words hold the name. */
const named: Readonly<Record<string, NamedKind>> = {
  track_script: 'vrrp_script',
  track_file: 'track_file',
  track_process: 'vrrp_track_process',
  track_bfd: 'bfd_instance',
  group: 'vrrp_instance',
};

/** What the word at a spot names, if it names anything. */
export function kindAt({ lines, before, header }: Spot): NamedKind | undefined {
  const last = before.at(-1);
  if (last === 'track_group' && before.length > (lines === undefined ? 1 : 0)) return 'track_group';
  if (lines !== undefined) {
    return before.length === 0 || lines.name === 'group' ? named[lines.name] : undefined;
  }
  if (before[0] === 'virtual_server' && last === 'group') return 'virtual_server_group';
  if (before.length !== 1) return undefined;
  if (header[0] === 'FILE_CHECK' && last === 'track_file') return 'track_file';
  if (header[0] === 'BFD_CHECK' && last === 'name') return 'bfd_instance';
  return undefined;
}

export function namedBlocks({ model, places }: Configuration): readonly NamedBlock[] {
  return kinds.flatMap((kind) =>
    model[kind].flatMap((node): readonly NamedBlock[] => {
      const statement = places.get(node)?.statement;
      const span = statement?.words[1]?.span ?? statement?.span;
      return span === undefined ? [] : [{ kind, name: node.name, span }];
    }),
  );
}
