/** The names of this host for numbers of the routing tables: what iproute2 reads, and /etc/protocols. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  builtinNames,
  type NameKind,
  numberOf,
  type RoutingNames,
} from '../../engine/translation/routing-names.ts';

/** Where distributions keep them; the later wins. */
const vendorFolders = ['/usr/lib/iproute2', '/usr/share/iproute2'];
const administratorFolder = '/etc/iproute2';

/** `iproute_usr_dir`, `iproute_etc_dir`. */
export interface NameFolders {
  readonly vendor?: string | undefined;
  readonly administrator?: string | undefined;
}

const files: Readonly<Record<Exclude<NameKind, 'transport protocol'>, string>> = {
  table: 'rt_tables',
  protocol: 'rt_protos',
  scope: 'rt_scopes',
  realm: 'rt_realms',
  'type of service': 'rt_dsfield',
  'interface group': 'group',
};

export function routingNamesHere({ vendor, administrator }: NameFolders = {}): RoutingNames {
  const folders = [
    ...(vendor === undefined ? vendorFolders : [vendor]),
    administrator ?? administratorFolder,
  ];
  const names: Record<NameKind, ReadonlyMap<string, number>> = { ...builtinNames };
  for (const [kind, file] of Object.entries(files) as [keyof typeof files, string][]) {
    const here = folders.flatMap((folder) => {
      const paths = [join(folder, file), ...parts(join(folder, `${file}.d`))];
      return lowestFirst(paths.flatMap((path) => numbersFirst(read(path))));
    });
    // Whoever gives a second number to one of the kernel's own names means a second thing by it.
    names[kind] = new Map([...here, ...builtinNames[kind]]);
  }
  const kind = 'transport protocol';
  names[kind] = new Map([...builtinNames[kind], ...namesFirst(read('/etc/protocols'))]);
  return names;
}

/** Of several numbers that one folder gives a name, the lowest is meant: so iproute2 looks them up. */
function lowestFirst(pairs: readonly [string, number][]): readonly [string, number][] {
  return pairs.toSorted(([, one], [, other]) => other - one);
}

function parts(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder).filter((name) => name.endsWith('.conf'));
    return entries.toSorted().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** A file that is not there names nothing. */
function read(path: string): readonly (readonly string[])[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  } catch {
    return [];
  }
}

/** `100 blue` */
function numbersFirst(lines: readonly (readonly string[])[]): readonly [string, number][] {
  return lines.flatMap(([number = '', name]): [string, number][] => {
    const value = numberOf(number);
    return value === undefined || name === undefined ? [] : [[name, value]];
  });
}

/** `tcp 6 TCP` */
function namesFirst(lines: readonly (readonly string[])[]): readonly [string, number][] {
  return lines.flatMap(([name = '', number = '', ...aliases]): [string, number][] => {
    const value = numberOf(number);
    return value === undefined ? [] : [name, ...aliases].map((each) => [each, value]);
  });
}
