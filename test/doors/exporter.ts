/**
 * What a widely used exporter of keepalived (mehdy/keepalived-exporter 1.5) takes from the files, in words of our own:
 * which lines it looks at, how it cuts them, and what makes it give up. It reads data and statistics, or JSON, and waits
 * 10 ms between its signal and its reading.
 */

export interface Exported {
  readonly state: number;
  readonly wanted: number;
  readonly link: string;
  readonly routerId: number;
  readonly announcementDelay: number;
  /** `[address, interface]` of each: the first and the third word. */
  readonly addresses: readonly (readonly [string, string])[];
}

const states = ['INIT', 'BACKUP', 'MASTER', 'FAULT'];

/** From the data file. Throws where the exporter would report the daemon as down. */
export function instancesOfData(text: string): ReadonlyMap<string, Exported> {
  const found = new Map<string, Exported & { addresses: (readonly [string, string])[] }>();
  let name = '';
  let title = '';
  for (const line of text.split('\n')) {
    if (/^ VRRP Instance.*=/.test(line)) {
      name = (line.split('=')[1] ?? '').trim();
      const blank = { state: -1, wanted: -1, link: '', routerId: -1, announcementDelay: -1 };
      found.set(name, { ...blank, addresses: [] });
    } else if (!line.startsWith('   ')) name = '';
    else if (name !== '') {
      const nested = line.startsWith('     ');
      const [key = '', value = ''] = nested ? [title, line] : line.split(/[=:]/);
      title = key.trim();
      const before = found.get(name);
      if (before !== undefined) found.set(name, taken(before, title, value.trim()));
    }
  }
  return found;
}

type Draft = Exported & { addresses: (readonly [string, string])[] };

function taken(draft: Draft, title: string, value: string): Draft {
  if (title.startsWith('Virtual IP (') && value !== '') {
    const words = value.split(' ');
    if (words.length < 3) throw new Error(`no address: ${value}`);
    return { ...draft, addresses: [...draft.addresses, [words[0] ?? '', words[2] ?? '']] };
  }
  switch (title) {
    case 'State':
      return { ...draft, state: stateOf(value) };
    case 'Wantstate':
      return { ...draft, wanted: stateOf(value) };
    case 'Interface':
    case 'Listening device':
      return { ...draft, link: value };
    case 'Virtual Router ID':
      return { ...draft, routerId: whole(value) };
    case 'Gratuitous ARP delay':
      return { ...draft, announcementDelay: whole(value) };
    default:
      return draft;
  }
}

function stateOf(word: string): number {
  const number = states.indexOf(word);
  if (number < 0) throw new Error(`no state: ${word}`);
  return number;
}

function whole(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Error(`not a whole number: ${text}`);
  return Number(text);
}

export interface ExportedScript {
  readonly name: string;
  readonly status: 'BAD' | 'GOOD';
  readonly state: string;
}

/** Scripts of the data file; those that the exporter would warn of make this throw. */
export function scriptsOfData(text: string): readonly ExportedScript[] {
  return text
    .split(/^ VRRP Script = /m)
    .slice(1)
    .map((block) => {
      const [name = ''] = block.split('\n');
      const of = (title: string) => new RegExp(`^ {3}${title} = (.*)$`, 'm').exec(block)?.[1] ?? '';
      const status = of('Status');
      const state = of('State');
      if (status !== 'BAD' && status !== 'GOOD') throw new Error(`no status: ${status}`);
      const known = ['idle', 'running', 'requested termination', 'forcing termination'];
      if (!known.includes(state)) throw new Error(`no state: ${state}`);
      return { name: name.trim(), status, state };
    });
}

/** The JSON form as the exporter decodes it: numbers that are whole, strings, an array at the top. */
export function instancesOfJson(text: string): ReadonlyMap<string, Exported> {
  const top: unknown = JSON.parse(text);
  if (!Array.isArray(top)) throw new Error('the top is no array');
  return new Map(
    top.map((entry: { data: Record<string, unknown>; stats: Record<string, unknown> }) => {
      const number = (key: string): number => {
        const value = entry.data[key] ?? 0;
        if (typeof value !== 'number' || !Number.isInteger(value))
          throw new Error(`${key}: ${value}`);
        return value;
      };
      for (const [key, value] of Object.entries(entry.stats)) {
        if (!Number.isInteger(value)) throw new Error(`${key}: ${value}`);
      }
      const vips = (entry.data.vips ?? []) as readonly string[];
      return [
        String(entry.data.iname),
        {
          state: number('state'),
          wanted: number('wantstate'),
          link: String(entry.data.ifp_ifname ?? ''),
          routerId: number('vrid'),
          announcementDelay: number('garp_delay'),
          addresses: vips.map((vip) => [vip.split(' ')[0] ?? '', vip.split(' ')[2] ?? ''] as const),
        },
      ] as const;
    }),
  );
}

export interface ByLines {
  readonly name: string;
  readonly link: string | undefined;
  readonly routerId: number | undefined;
  readonly state: string | undefined;
  readonly wanted: string | undefined;
  /** Seconds of Unix time. */
  readonly transition: number | undefined;
}

/**
 * What another one (gen2brain/keepalived_exporter) takes from the data file: an instance ends there with the first line
 * that holds no equals sign. Throws where it would report the daemon as down.
 */
export function instancesByLines(text: string): readonly ByLines[] {
  const found: ByLines[] = [];
  let fields: Map<string, string> | undefined;
  const end = (): void => {
    if (fields !== undefined) found.push(byLines(fields));
    fields = undefined;
  };
  for (const line of text.split('\n')) {
    const [key = '', value = ''] = line.trim().split('=');
    if (line.startsWith(' VRRP Instance') && line.includes('=')) {
      fields = new Map([['name', value.trim()]]);
    } else if (line.startsWith('   ') && line.includes('=')) fields?.set(key.trim(), value.trim());
    else if (!line.startsWith(' VRRP Version')) end();
  }
  return found;
}

function byLines(fields: ReadonlyMap<string, string>): ByLines {
  const id = fields.get('Virtual Router ID');
  const moment = fields.get('Last transition')?.split(' ')[0];
  if (moment !== undefined && Number.isNaN(Number(moment))) throw new Error(`no time: ${moment}`);
  return {
    name: fields.get('name') ?? '',
    link: fields.get('Interface'),
    routerId: id === undefined ? undefined : whole(id),
    state: fields.get('State'),
    wanted: fields.get('Wantstate'),
    transition: moment === undefined ? undefined : Number(moment),
  };
}

/** Counters of a statistics file by `NAME/SECTION/LABEL`, as both read them. Throws where they would give up. */
export function countersOfStatistics(text: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  let [name, section] = ['', ''];
  for (const line of text.split('\n')) {
    const [key = '', value = ''] = line.trim().split(':');
    if (line.startsWith('VRRP Instance') && line.includes(':'))
      [name, section] = [value.trim(), ''];
    else if (line.startsWith('  ') && line.endsWith(':')) section = key.trim();
    else if (line.startsWith('    ') && section !== '') {
      counters.set(`${name}/${section}/${key.trim()}`, whole(value.trim()));
    } else if (line.startsWith('  ')) {
      section = '';
      counters.set(`${name}/${key.trim()}`, whole(value.trim()));
    }
  }
  return counters;
}
