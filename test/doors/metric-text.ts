/** A reader of the text form of Prometheus that takes nothing amiss for granted: it throws at the first wrong line. */
import assert from 'node:assert/strict';

export interface MetricSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export function metricNames(text: string): readonly string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name ?? '');
}

/** Every sample, when all lines are as they should be and each family stands together under its help and type. */
export function parseMetrics(text: string): readonly MetricSample[] {
  assert.ok(text.endsWith('\n'));
  const samples: MetricSample[] = [];
  const families = new Set<string>();
  const seen = new Set<string>();
  let [helped, family, type] = ['', '', ''];
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-z][a-z0-9_]*) \S.*[^ ]$/.exec(line);
    const kind = /^# TYPE ([a-z][a-z0-9_]*) (counter|gauge)$/.exec(line);
    if (help !== null) helped = help[1] ?? '';
    else if (kind !== null) {
      [, family = '', type = ''] = kind;
      assert.equal(family, helped, 'help and type stand together');
      assert.ok(!families.has(family), `${family} stands in one place`);
      families.add(family);
      assert.equal(family.endsWith('_total'), type === 'counter', `${family} is a ${type}`);
    } else {
      const sample = parseSample(line);
      assert.equal(sample.name, family, line);
      const key = line.slice(0, line.lastIndexOf(' '));
      assert.ok(!seen.has(key), `${key} is told once`);
      seen.add(key);
      samples.push(sample);
    }
  }
  return samples;
}

function parseSample(line: string): MetricSample {
  const form = /^([a-z][a-z0-9_]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/.exec(line);
  assert.ok(form !== null, `a sample: ${line}`);
  const [, name = '', inside = '', value = ''] = form;
  const labels = new Map<string, string>();
  let rest = inside;
  while (rest !== '') {
    const pair = /^([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest);
    assert.ok(pair !== null, `labels: ${rest}`);
    const [whole, label = '', escaped = ''] = pair;
    labels.set(
      label,
      escaped.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one)),
    );
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value) };
}
