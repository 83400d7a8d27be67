import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFamilies } from './text.ts';

test('names that people gave survive in labels, and a family without samples is not named', () => {
  const { text } = renderFamilies([
    { name: 'a_total', type: 'counter', help: 'One\\two\nthree "four".', samples: [] },
    {
      name: 'b_seconds',
      type: 'gauge',
      help: 'Back\\slash and\nline.',
      samples: [
        { labels: { instance: 'we"b\\1\n' }, value: 0.5 },
        { labels: {}, value: 1e21 },
      ],
    },
  ]);
  assert.equal(
    text,
    [
      '# HELP b_seconds Back\\\\slash and\\nline.',
      '# TYPE b_seconds gauge',
      'b_seconds{instance="we\\"b\\\\1\\n"} 0.5',
      'b_seconds 1e+21',
      '',
    ].join('\n'),
  );
});
