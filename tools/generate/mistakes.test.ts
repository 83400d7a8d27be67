/** Under keepalived's name a configuration test fails where keepalived's does, by what was recorded of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classicStatus } from '../../src/cli/classic/config-test.ts';
import { mistakeDiagnostics, mistakes } from './mistakes.ts';

/** Where ours differs, and why. */
const differing: Readonly<Record<string, string>> = {
  '08-semicolons.conf':
    'an interface that is not there is an error, which later complaints do not hide',
  '22-interface-unknown.conf': 'the same',
  '39-quote-open.conf': 'keepalived crashes',
};

for (const { name, keepalived } of mistakes()) {
  test(`${name}: ${keepalived.ended}`, () => {
    const status = classicStatus(mistakeDiagnostics(name));
    if (name in differing) assert.notEqual(`exit status ${status}`, keepalived.ended);
    else assert.equal(`exit status ${status}`, keepalived.ended);
  });
}
