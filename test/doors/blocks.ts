/** Takes keepalived's files of data and statistics apart, by what readers of them rely on: blanks, titles, signs. */

/** Lines under each head, such as `VRRP Instance = VI_1`, as `title → values`. */
export type Block = ReadonlyMap<string, readonly string[]>;

/** The blocks of a data file whose head has this title, by name. */
export function dataBlocks(text: string, title: string): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Map<string, string[]>>();
  let block: Map<string, string[]> | undefined;
  let last = '';
  for (const line of text.split('\n')) {
    const head = /^ (\S.*?) = (.*)$/.exec(line);
    if (head !== null || !line.startsWith(' ')) {
      block = undefined;
      const [, found, name = ''] = head ?? [];
      if (found !== title) continue;
      block = new Map();
      blocks.set(name, block);
    } else if (block !== undefined && line.startsWith('     ')) {
      block.get(last)?.push(line.trim());
    } else if (block !== undefined) {
      const [, key = '', value = ''] = /^ {3}(.*?)(?: ?[=:] ?(.*))?$/.exec(line) ?? [];
      last = key;
      block.set(key, value === '' ? [] : [value]);
    }
  }
  return blocks;
}

/** Every counter of a statistics file, as `VI_1/Advertisements/Sent`. */
export function statisticsOf(text: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  let instance = '';
  let group = '';
  for (const line of text.trimEnd().split('\n')) {
    const [, blanks = '', label = '', value = ''] = /^( *)([^:]+):(.*)$/.exec(line) ?? [];
    if (blanks === '') instance = value.trim();
    else if (value === '') group = `${label}/`;
    else {
      const path = blanks.length > 2 ? `${group}${label}` : label;
      counters.set(`${instance}/${path}`, Number(value));
    }
  }
  return counters;
}
