/** Files as people write them, made of the table of keywords: mostly right, sometimes wrong in the usual ways. */
import type { Random } from '../../src/base/random.ts';
import type { BlockSchema, Keyword } from '../../src/config/schema.ts';
import { root } from '../../src/language/sections/root.ts';

/** What touches the machine even in a configuration test, or reads other files. */
const avoided: ReadonlySet<string> = new Set([
  'net_namespace',
  'net_namespace_ipvs',
  'config_save_dir',
  'tmp_config_directory',
  'include_check',
  'umask',
]);

const vocabulary = new Set<string>();
collect(root);

function collect(schema: BlockSchema<unknown>): void {
  for (const { name, field } of schema.declared) {
    vocabulary.add(name);
    if (field.kind === 'section') collect(field.block);
  }
}
const words = [...vocabulary];

/** The same file for the same stream of random numbers; `isKnown` tells what keepalived's release knows. */
export function generate(random: Random, isKnown: (path: string) => boolean): string {
  const lines: string[] = [];
  const counts: Readonly<Record<string, number>> = {
    global_defs: random.within(0, 1),
    vrrp_script: random.within(0, 2),
    track_file: random.within(0, 1),
    vrrp_sync_group: random.within(0, 1),
    vrrp_instance: random.within(0, 3),
    virtual_server: random.within(0, 2),
  };
  for (const [name, count] of Object.entries(counts)) {
    const keyword = root.keywords.get(name);
    for (let each = 0; each < count && keyword !== undefined; each += 1) {
      lines.push(...section(keyword, `(root)/${name}`, { random, isKnown, number: each }));
    }
  }
  if (random.within(0, 3) === 0)
    lines.push(...someOf(root, '(root)', { random, isKnown, number: 0 }));
  return finish(
    lines.flatMap((line) => slip(line, random)),
    random,
  );
}

interface Making {
  readonly random: Random;
  readonly isKnown: (path: string) => boolean;
  readonly number: number;
}

function header(keyword: Keyword, { number }: Making): string {
  const { field, name } = keyword;
  if (name === 'virtual_server') return `${name} 10.9.0.${100 + number} 80`;
  if (name === 'real_server') return `${name} 10.9.1.${1 + number} 80`;
  return `${name} ${field.example}${number === 0 || field.example === '' ? '' : number}`.trimEnd();
}

function section(keyword: Keyword, path: string, making: Making): string[] {
  const { field } = keyword;
  if (field.kind !== 'section') return statement(keyword, path, making);
  const inner = [...usual(keyword, making), ...someOf(field.block, path, making)];
  return [`${header(keyword, making)} {`, ...inner.map((line) => `    ${line}`), '}'];
}

/** What nearly every such block has. */
function usual({ name }: Keyword, { number, random }: Making): readonly string[] {
  if (random.within(0, 9) === 0) return [];
  switch (name) {
    case 'vrrp_instance':
      return [
        'interface eth0',
        `virtual_router_id ${51 + number}`,
        `priority ${100 + number}`,
        'virtual_ipaddress {',
        `    10.9.0.${200 + number}/24`,
        '}',
      ];
    case 'virtual_server':
      return ['lb_algo rr', 'lb_kind NAT', 'protocol TCP'];
    case 'vrrp_script':
      return ['script /bin/true', 'interval 2'];
    default:
      return [];
  }
}

function someOf(schema: BlockSchema<unknown>, path: string, making: Making): string[] {
  const { random } = making;
  const lines: string[] = [];
  const known = schema.declared.filter(
    ({ name, field }) =>
      field.extension !== true && !avoided.has(name) && making.isKnown(`${path}/${name}`),
  );
  const count = Math.min(known.length, random.within(0, 5));
  for (let each = 0; each < count; each += 1) {
    const keyword = random.pick(known);
    lines.push(...section(keyword, `${path}/${keyword.name}`, { ...making, number: each }));
  }
  return lines;
}

function statement({ name, field }: Keyword, _path: string, { random }: Making): string[] {
  const alias = Object.keys(field.aliases ?? {});
  const spelled = alias.length > 0 && random.within(0, 3) === 0 ? random.pick(alias) : name;
  return `${spelled} ${field.example}`.trimEnd().split('\n');
}

const strangeValues = [
  '0',
  '-1',
  '1',
  '255',
  '256',
  '99999',
  '1.5',
  '0.01',
  'abc',
  'true',
  'false',
  '10s',
  '10.9.0.1',
  '10.9.0.1/24',
  '2001:db8::1/64',
  '10.9.0.1/33',
  '300.1.1.1',
  'MASTER',
  'master',
  'eth9',
  '"a b"',
  '1,2',
];

/** One line as somebody in a hurry writes it. */
function slip(line: string, random: Random): readonly string[] {
  if (random.within(0, 24) > 0) return [line];
  const [, indent = '', keyword = '', rest = ''] = /^(\s*)(\S*)\s*(.*)$/.exec(line) ?? [];
  switch (random.within(0, 13)) {
    case 0:
      return [];
    case 1:
      return [line, line];
    case 2:
      return [`${indent}${keyword}`];
    case 3:
      return [`${indent}${keyword} ${random.pick(strangeValues)}`];
    case 4:
      return [`${line} ${random.pick(strangeValues)}`];
    case 5:
      return [`${indent}${keyword.slice(0, -1)} ${rest}`];
    case 6:
      return [`${indent}${random.pick(words)} ${rest}`];
    case 7:
      return [`${line} # ${random.pick(words)}`];
    case 8:
      return [`${indent}#${line.trimStart()}`];
    case 9:
      return [line.replaceAll('    ', '\t')];
    case 10:
      return line.trimEnd().endsWith('{')
        ? [line.replace(/\s*\{$/, ''), `${indent}{`]
        : [`${line} }`];
    case 11:
      return [`${indent}${keyword} "${rest}"`];
    case 12:
      return [line.replace(/ \{$/, '{')];
    default:
      return [`${indent}${keyword}=${rest}`];
  }
}

function finish(lines: readonly string[], random: Random): string {
  const end = random.within(0, 15) === 0 ? '\r\n' : '\n';
  const last = random.within(0, 15) === 0 ? '' : end;
  return `${lines.join(end)}${last}`;
}
