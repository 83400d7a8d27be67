/** Every code has a page that says something, and the example of the page triggers it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodePage } from '../config/codes.ts';
import { readerCodes } from '../config/codes.ts';
import { checkExample } from './cluster/example.ts';
import { allCodes } from './codes.ts';
import { checkHost } from './host-rules/check.ts';
import { exampleHost } from './host-rules/example.ts';
import { readText } from './read-text.ts';

const own = Object.entries<CodePage>(allCodes).filter(([code]) => !(code in readerCodes));

for (const [code, page] of own) {
  test(`${code} is triggered by the example of its page`, () => {
    const configuration = readText(page.example);
    const found = [
      ...configuration.diagnostics,
      ...checkHost(configuration, exampleHost(configuration.model)),
      ...checkExample(page.example).diagnostics,
    ].filter((each) => each.code === code);
    assert.ok(found.length > 0, JSON.stringify(readText(page.example).diagnostics, null, 1));
    for (const { severity, span, message } of found) {
      assert.equal(severity, page.severity);
      assert.ok(span !== undefined || code === 'language.nothing-to-run', 'it has a place');
      assert.match(message, /^[^A-Z\s].*[^.]$|^[A-Z][\w-]*_?\S* /, 'no capital, no final period');
    }
    assert.match(page.meaning, /\.$/);
    assert.match(page.cure, /\.$/);
    assert.match(page.keepalived, /^(keepalived|releases) .*[^.]$/);
  });
}
