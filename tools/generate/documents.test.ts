/** What is generated is as it should be, and does what it is for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chaptersOf } from '../../src/config/keyword-facts.ts';
import { readText } from '../../src/language/read-text.ts';
import { root } from '../../src/language/sections/root.ts';
import { seedTexts } from '../../test/fuzz/seeds.ts';
import { documents, ownFolders } from './documents.ts';
import { modelSchema, type Schema } from './json-schema.ts';
import { differences } from './keyword-differences.ts';
import { mistakes } from './mistakes.ts';
import { idleKeywords } from './no-effect-yet.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const all = documents();

for (const { path, text } of all) {
  test(`${path} is current`, () => {
    assert.ok(existsSync(`${top}/${path}`), 'missing: run "npm run generate"');
    assert.ok(readFileSync(`${top}/${path}`, 'utf8') === text, 'stale: run "npm run generate"');
  });
}

test('nothing else stands in the folders of generated files', () => {
  const known = new Set(all.map(({ path }) => path));
  const there = globSync(
    ownFolders.map((folder) => `${folder}/*`),
    { cwd: top },
  );
  assert.deepEqual(
    there.filter((path) => !known.has(path)),
    [],
  );
});

test('what has no effect says why', () => {
  const silent = idleKeywords().filter(({ reason }) => reason === undefined);
  assert.deepEqual(
    silent.filter(({ name }) => !/snmp|enable_traps/.test(name)),
    [],
  );
});

test('what is said to differ from keepalived is a keyword that it has', () => {
  const known = new Map(
    chaptersOf(root).flatMap(({ path, schema }) =>
      schema.declared.map(({ name, field }) => [[...path, name].join('/'), field] as const),
    ),
  );
  for (const name of Object.keys(differences)) {
    assert.ok(known.has(name), name);
    assert.notEqual(known.get(name)?.extension, true, name);
  }
});

/** Where a value breaks the schema; undefined where it keeps it. Knows the words that the schema uses. */
function breach(schema: Schema, value: unknown, at = ''): string | undefined {
  if (schema.anyOf !== undefined) {
    const breaches = schema.anyOf.map((each) => breach(each, value, at));
    return breaches.includes(undefined) ? undefined : breaches.join('; ');
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) return `${at}: not in the list`;
  if ('const' in schema && schema.const !== value) return `${at}: not ${String(schema.const)}`;
  const type = Array.isArray(value) ? 'array' : typeof value;
  if (schema.type !== undefined && schema.type !== type) return `${at}: ${type}`;
  if (typeof value === 'number') {
    const { minimum = value, maximum = value } = schema;
    return value < minimum || value > maximum ? `${at}: out of bounds` : undefined;
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return undefined;
    const breaches = value.map((each, index) => breach(items, each, `${at}[${index}]`));
    return breaches.find((each) => each !== undefined);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const keys = Object.keys(value);
  const lacking = (schema.required ?? []).find((key) => !keys.includes(key));
  if (lacking !== undefined) return `${at}: lacks ${lacking}`;
  for (const [key, each] of Object.entries(value)) {
    const inner = schema.properties?.[key];
    if (inner === undefined && schema.additionalProperties === false) return `${at}: has ${key}`;
    const found = inner === undefined ? undefined : breach(inner, each, `${at}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('the models of real texts keep the schema, and a damaged one breaks it', () => {
  const schema = modelSchema();
  const texts = [
    ...seedTexts([]),
    ...globSync('test/golden/**/*.conf', { cwd: top }).map((path) =>
      readFileSync(`${top}/${path}`, 'utf8'),
    ),
  ];
  for (const text of texts) {
    const model: unknown = JSON.parse(JSON.stringify(readText(text).model));
    assert.equal(breach(schema, model), undefined, text);
  }
  const model = JSON.parse(
    JSON.stringify(readText('vrrp_instance A {\nvirtual_router_id 5\n}\n').model),
  );
  model.vrrp_instance[0].virtual_router_id = 256;
  assert.match(breach(schema, model) ?? '', /virtual_router_id: out of bounds/);
});

test('bash completes commands, options, choices and codes', () => {
  const complete = (...words: readonly string[]): readonly string[] => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const script = `. ${top}/completions/holdfast.bash; COMP_WORDS=(holdfast ${list}); COMP_CWORD=${words.length}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout.trim().split('\n');
  };
  assert.deepEqual(complete('che'), ['check']);
  assert.deepEqual(complete('check', '--st'), ['--strict']);
  assert.deepEqual(complete('check', '--format', 's'), ['sarif']);
  assert.deepEqual(complete('show', 'c'), ['config']);
  assert.deepEqual(complete('explain', 'vrrp.router-id-t'), ['vrrp.router-id-taken']);
});

for (const { name, codes, keepalived } of mistakes()) {
  test(`the mistake in ${name} is told`, () => {
    assert.ok(codes.length > 0);
    assert.notEqual(keepalived.ended, 'not recorded', 'recorded by "node tools/gallery.ts"');
  });
}
