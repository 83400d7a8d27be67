import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lenientIncludes } from '../../config/load-options.ts';
import { loadConfiguration } from '../../language/load.ts';
import { forgetTexts, keepText, keptOptions, recordingOf } from './kept-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-kept-'));
after(() => rmSync(directory, { recursive: true }));

const texts: Record<string, string> = {
  '/etc/lb.conf':
    'include parts/*.conf\n$WHO=@{_ENV WHO}@{_RANDOM 0 9999}\nglobal_defs {\n router_id $WHO\n}\n'.replaceAll(
      '@',
      '$',
    ),
  '/etc/parts/a.conf': 'vrrp_instance A {\n interface eth0\n virtual_router_id 5\n}\n',
};

const options = {
  path: '/etc/lb.conf',
  workingDirectory: '/',
  configId: 'a',
  environment: { WHO: 'node', SECRET: 'unasked' },
  instance: undefined,
  randomSeed: 7,
  strictIncludes: lenientIncludes,
  reader: {
    read: (path: string) =>
      texts[path] === undefined
        ? ({ ok: false, error: { kind: 'missing' } } as const)
        : ({ ok: true, value: texts[path] } as const),
    list: (folder: string) => (folder === '/etc/parts' ? ['a.conf'] : []),
  },
};

test('what was read is read again as it was, without the files, and without what nobody asked for', () => {
  const recording = recordingOf(options);
  const { model } = loadConfiguration(recording.options);
  assert.match(model.global_defs.router_id ?? '', /^node\d+$/);
  keepText(directory, 'ab12', recording.text());
  const kept = keptOptions(directory, 'ab12');
  assert.ok(kept !== undefined);
  assert.deepEqual(loadConfiguration(kept).model, model);
  assert.deepEqual(kept.environment, { WHO: 'node' });
  const [name = ''] = readdirSync(directory);
  assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
  assert.equal(keptOptions(directory, 'ff'), undefined);
});

test('four are kept, and none when the daemon has ended', () => {
  const text = recordingOf(options).text();
  for (const fingerprint of ['1', '2', '3', '4', '5', '6']) keepText(directory, fingerprint, text);
  assert.equal(readdirSync(directory).length, 4);
  assert.ok(keptOptions(directory, '6') !== undefined);
  forgetTexts(directory);
  assert.deepEqual(readdirSync(directory), []);
});
