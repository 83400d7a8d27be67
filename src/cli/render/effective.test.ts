/** What `holdfast show config` prints reads back as the same configuration, and names the right places. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locator } from '../../config/line-index.ts';
import { provenance } from '../../language/provenance.ts';
import { readText } from '../../language/read-text.ts';
import { effectiveJson, renderEffective } from './effective.ts';

const text = `global_defs {
  vrrp_garp_master_delay 7
}
$P=priority 120
vrrp_script check { script "/bin/true a # b"
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  $P
  authentication { auth_pass "a#b" }
  virtual_ipaddress {
    10.0.0.1/24
  }
  track_script { check weight -3 }
}
virtual_server_group web {
  10.0.0.1 80
}
virtual_server group web {
  real_server 10.0.0.9 80
}
`;

function shown(defaults: boolean): string {
  const configuration = readText(text, 'a.conf');
  const locate = locator(configuration.sources);
  return renderEffective(provenance(configuration), { locate, defaults });
}

test('what is printed reads back as the same configuration, with defaults or without', () => {
  const { model } = readText(text);
  assert.deepEqual(readText(shown(true)).model, model);
  assert.deepEqual(readText(shown(false)).model, model);
});

test('every value names the line it was written on, or that nobody wrote it', () => {
  const lines = shown(true)
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '));
  assert.ok(lines.includes('priority 120 # a.conf:4'), 'a definition counts where its text stands');
  assert.ok(lines.includes('10.0.0.1/24 # a.conf:13'));
  assert.ok(lines.includes('# state BACKUP # default'));
  assert.ok(lines.includes('# garp_master_delay 7 # from vrrp_garp_master_delay, a.conf:2'));
  assert.ok(lines.includes('# strict_mode # default: vrrp_strict: off'));
  assert.ok(lines.includes('# advert_int # default: 1 second'));
  assert.doesNotMatch(shown(false), /# state/);
});

test('programs get the same, with columns', () => {
  const configuration = readText(text, 'a.conf');
  const json = JSON.parse(
    JSON.stringify(effectiveJson(provenance(configuration), locator(configuration.sources))),
  );
  const instance = json.contents.find((row: { label?: string }) => row.label === 'A');
  assert.deepEqual(instance.at, { file: 'a.conf', line: 7, column: 1 });
  const find = (keyword: string) =>
    instance.contents.find((row: { keyword: string }) => row.keyword === keyword);
  assert.deepEqual(find('interface'), {
    keyword: 'interface',
    text: 'eth0',
    value: 'eth0',
    from: { kind: 'written', at: { file: 'a.conf', line: 8, column: 3 } },
  });
  assert.deepEqual(find('garp_master_delay').from, {
    kind: 'inherited',
    through: 'vrrp_garp_master_delay',
    from: { kind: 'written', at: { file: 'a.conf', line: 2, column: 3 } },
  });
});
