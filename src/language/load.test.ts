/** How a file says that it is to be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from './load.ts';
import { readText, textOptions } from './read-text.ts';

test('include_check makes a missing include an error', () => {
  const included = 'include missing.conf\n';
  assert.equal(
    readText(included).diagnostics.some(({ severity }) => severity === 'error'),
    false,
  );
  for (const words of ['', 'match', 'read +match']) {
    const { diagnostics } = readText(`${included}global_defs {\ninclude_check ${words}\n}\n`);
    assert.equal(
      diagnostics.some(({ severity }) => severity === 'error'),
      true,
      words,
    );
  }
  const off = {
    ...textOptions(`${included}global_defs {\ninclude_check -match -wildcard_match\n}\n`),
  };
  const strict = { readable: false, match: true, wildcard: true, brace: false };
  const relaxed = loadConfiguration({ ...off, strictIncludes: strict });
  assert.equal(
    relaxed.diagnostics.some(({ severity }) => severity === 'error'),
    false,
  );
});

test('random_seed decides what random parameters are', () => {
  const text = (seed: number): string =>
    `global_defs {\nrandom_seed ${seed}\nrouter_id a\${_RANDOM}\n}\n`;
  const id = (seed: number, otherwise: number): string | undefined =>
    loadConfiguration({ ...textOptions(text(seed)), randomSeed: otherwise }).model.global_defs
      .router_id;
  assert.equal(id(7, 1), id(7, 2));
  assert.notEqual(id(7, 1), id(8, 1));
});
