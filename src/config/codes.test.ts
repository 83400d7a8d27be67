import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Files, load } from '../../test/config/kit.ts';
import { type CodePage, type ReaderCode, readerCodes } from './codes.ts';

const chain = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`${index}.conf`, `include ${index + 1}.conf\n`]),
);

/** What no single file can show. */
const several: Partial<Record<ReaderCode, Files>> = {
  'include.main-file': {},
  'include.main-file-executable': { 'main.conf': { kind: 'executable' } },
  'include.skipped': { 'main.conf': 'include /etc\n', '/etc/passwd': '' },
  'include.cycle': { 'main.conf': 'include main.conf\n' },
  'include.too-deep': { 'main.conf': 'include 0.conf\n', ...chain },
};

for (const [code, page] of Object.entries<CodePage>(readerCodes)) {
  test(`the example of ${code} triggers it`, () => {
    const files = several[code as ReaderCode] ?? { 'main.conf': page.example };
    const found = load(files).diagnostics.filter((diagnostic) => diagnostic.code === code);
    assert.ok(found.length > 0, `${code} was not found`);
    for (const diagnostic of found) {
      assert.equal(diagnostic.severity, page.severity);
      assert.match(diagnostic.message, /^\S.*[^.]$/s);
      assert.notEqual(diagnostic.help, undefined);
    }
  });

  test(`the page of ${code} is written`, () => {
    assert.match(page.title, /^[a-z].*[^.]$/);
    assert.match(page.meaning, /\.$/);
    assert.match(page.cure, /\.$/);
    assert.match(page.keepalived, /^keepalived .*[^.]$/);
  });
}
