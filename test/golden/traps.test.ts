/** What docs/traps.md says about the diagnostics of its examples is so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { allCodes } from '../../src/language/codes.ts';
import { readText } from '../../src/language/read-text.ts';

const page = readFileSync(new URL('../../docs/traps.md', import.meta.url), 'utf8');
const chapters = page.split(/^### /m).slice(1);

test('each of the twenty-seven is decided', () => {
  const numbers = chapters.flatMap((chapter) => /^(\d+)\. /.exec(chapter)?.[1] ?? []);
  assert.deepEqual(
    numbers,
    Array.from({ length: 27 }, (_, index) => String(index + 1)),
  );
});

for (const chapter of chapters) {
  const example = /^```\n([\s\S]*?)^```$/m.exec(chapter)?.[1];
  if (example === undefined) continue;
  test(chapter.slice(0, chapter.indexOf('\n')), () => {
    const line = /^Says: (.*)$/m.exec(chapter)?.[1] ?? '';
    const said = [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    assert.ok(said.length > 0);
    for (const code of said) assert.ok(code in allCodes, `${code} is a code`);
    const found = new Set(readText(example).diagnostics.map(({ code }) => code));
    for (const code of said) assert.ok(found.has(code), `${code} is among ${[...found]}`);
  });
}
