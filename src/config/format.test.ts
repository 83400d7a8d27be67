import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, outline } from '../../test/config/kit.ts';
import { mutate } from '../../test/fuzz/mutate.ts';
import { seedTexts } from '../../test/fuzz/seeds.ts';
import { createRandom } from '../base/random.ts';
import { formatText } from './format.ts';

function meaning(text: string): string {
  return outline(load({ 'main.conf': text, 'a.conf': '$A=x\nrule $A\n' }).statements);
}

function assertKept(text: string): void {
  const formatted = formatText(text);
  assert.equal(meaning(formatted), meaning(text), 'what the file says has changed');
  assert.equal(formatText(formatted), formatted, 'laying out again changes the text');
}

test('blocks are indented, braces stand free, comments and empty lines stay', () => {
  const text = `

! top
global_defs{
router_id  one   # name


  }
vrrp_instance a
{
virtual_ipaddress { 10.0.0.1/24}
@here priority 1 {
@there priority 2 {
x
}}
$LINES=block { \\
inner \\
} \\

include conf.d/{a,b}.conf`;
  assert.equal(
    formatText(text),
    `! top
global_defs {
    router_id  one   # name

}
vrrp_instance a
{
    virtual_ipaddress { 10.0.0.1/24 }
    @here priority 1 {
    @there priority 2 {
        x
} }
$LINES=block { \\
        inner \\
    } \\

include conf.d/{a,b}.conf
`,
  );
});

test('a line is not made too long for keepalived', () => {
  const text = `a {\n${'x'.repeat(1022)}\n}\n`;
  assert.equal(formatText(text), text);
});

test('every text that the reader is tried on says the same afterwards', () => {
  for (const text of seedTexts([])) assertKept(text);
});

test('so do mutated ones', () => {
  const seeds = seedTexts([]);
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const random = createRandom(seed);
    assertKept(mutate(random.pick(seeds), random));
  }
});
