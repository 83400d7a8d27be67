import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { load, loadText } from '../../../test/config/kit.ts';
import { readerCodes } from '../codes.ts';
import { excerpt } from './excerpt.ts';
import { renderJson } from './json.ts';
import { renderLines } from './line.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal } from './terminal.ts';

const plain = { colour: false, width: 80 };
const broken = loadText('vrrp_instance a {\n\tvirtual_ipaddress {\n\t\t10.0.0.1/24\n}\n');

test('terminal: the line, the place, related places, cause and help', () => {
  assert.equal(
    renderTerminal(broken.diagnostics, broken.sources, plain),
    `warning[syntax.missing-brace]: a block is still open at the end of the input
   ┌─ main.conf:2:20
   │
 2 │     virtual_ipaddress {
   │                       ^
   ·
 4 │ }
   │ - the block seems to end before this
   │
   = cause: keepalived reads what follows as a part of the open block, reports
            the count of missing braces at the end, and starts
   = help: by the indentation, } is missing before line 4, to end
           'virtual_ipaddress'
   = more: holdfast explain syntax.missing-brace
`,
  );
});

test('terminal: colour only when asked, and no control character of the file gets through', () => {
  const loaded = loadText(`$A\u001b[2J \${X}\n`);
  const bare = renderTerminal(loaded.diagnostics, loaded.sources, plain);
  assert.ok(!bare.includes('\u001b'));
  const coloured = renderTerminal(loaded.diagnostics, loaded.sources, { ...plain, colour: true });
  assert.ok(coloured.includes('\u001b[1;33m'));
  assert.ok(!coloured.includes('\u001b[2J'));
});

test('terminal: a finding without a place and one in several files', () => {
  const absent = load({});
  assert.match(
    renderTerminal(absent.diagnostics, absent.sources, plain),
    /^error\[include\.main-file\]: cannot read main\.conf: it does not exist\n {3}= cause: /,
  );
  const circle = load({ 'main.conf': 'include a.conf\n', 'a.conf': 'include main.conf\n' });
  const text = renderTerminal(circle.diagnostics, circle.sources, plain);
  assert.match(text, /┌─ a\.conf:1:9[\s\S]*┌─ main\.conf:1:9\n/);
});

test('excerpt: a long line is trimmed around the place, and the mark stays under it', () => {
  const line = `${'a'.repeat(500)} here ${'b'.repeat(500)}`;
  const shown = excerpt(line, { start: 501, end: 505 }, 60);
  assert.ok(shown.text.length <= 60);
  assert.equal(shown.text.slice(shown.column, shown.column + shown.width), 'here');
  assert.ok(shown.text.startsWith('…') && shown.text.endsWith('…'));
});

test('excerpt: tabs and wide letters move the mark', () => {
  assert.deepEqual(excerpt('\tx', { start: 1, end: 2 }, 60), {
    text: '    x',
    column: 4,
    width: 1,
  });
  assert.deepEqual(excerpt('中文x', { start: 2, end: 3 }, 60), {
    text: '中文x',
    column: 4,
    width: 1,
  });
});

test('excerpt: never wider than allowed, the mark inside', () => {
  const line = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(
      line,
      fc.nat(200),
      fc.nat(200),
      fc.integer({ min: 12, max: 80 }),
      (text, a, b, width) => {
        const shown = excerpt(text, { start: Math.min(a, b), end: Math.max(a, b) }, width);
        assert.ok(shown.column >= 0 && shown.width >= 1 && shown.column <= width);
      },
    ),
  );
});

test('line: one line a finding, as editors read it', () => {
  assert.equal(
    renderLines(broken.diagnostics, broken.sources),
    'main.conf:2:20: warning: a block is still open at the end of the input [syntax.missing-brace]\n',
  );
});

test('json: places and counts', () => {
  const report = JSON.parse(renderJson(broken.diagnostics, broken.sources));
  assert.deepEqual(report.counts, { error: 0, warning: 1, note: 0 });
  assert.deepEqual(report.findings[0].place, {
    file: 'main.conf',
    line: 2,
    column: 20,
    endLine: 2,
    endColumn: 21,
  });
  assert.equal(report.findings[0].related[0].label, 'the block seems to end before this');
});

test('sarif: rules, results and regions', () => {
  const text = renderSarif(broken.diagnostics, broken.sources, {
    version: '1.2.3',
    pages: readerCodes,
  });
  const { runs, version } = JSON.parse(text);
  assert.equal(version, '2.1.0');
  const [run] = runs;
  assert.equal(run.tool.driver.rules[run.results[0].ruleIndex].id, 'syntax.missing-brace');
  assert.equal(run.results[0].level, 'warning');
  assert.deepEqual(run.results[0].locations[0].physicalLocation, {
    artifactLocation: { uri: 'main.conf' },
    region: { startLine: 2, startColumn: 20, endLine: 2, endColumn: 21 },
  });
});
