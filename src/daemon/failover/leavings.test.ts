import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { readText } from '../../language/read-text.ts';
import { LeavingsBook } from './leavings.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-leavings-'));
const path = join(directory, 'leavings.json');
after(() => rmSync(directory, { recursive: true }));

function modelOf(lines: string) {
  const place = 'interface eth0\nvirtual_router_id 51\nversion 3\n';
  const held = 'virtual_ipaddress {\n 10.0.0.1/24\n}\n';
  return failoverModel(readText(`vrrp_instance VI {\n${place}${held}${lines}\n}\n`).model);
}

function book(): LeavingsBook {
  return new LeavingsBook(path, assert.fail);
}

const setting = { name: 'net/ipv4/conf/eth0/arp_ignore', was: '0' };

function namesIn({ held }: LeavingsBook): readonly string[] {
  return held.devices.map(({ name }) => name);
}

test('the next daemon knows what one that was killed has made and changed', () => {
  const first = book();
  first.use(modelOf('use_vmac\nno_accept'));
  assert.deepEqual(namesIn(book()), ['vrrp.51']);
  first.found([setting]);
  const { settings, table, devices } = book().held;
  assert.deepEqual([settings, table], [[setting], 'keepalived']);
  assert.deepEqual(devices[0]?.device, { kind: 'macvlan', mac: '00:00:5e:00:01:33' });
  first.release();
  assert.ok(!existsSync(path));
  assert.deepEqual(book().held, { settings: [], devices: [] });
});

test('what is not wanted any more stays in the book until it is gone', () => {
  const one = book();
  one.use(modelOf('use_vmac a\nno_accept'));
  one.use(modelOf('use_vmac b'));
  assert.deepEqual([namesIn(one), one.held.table], [['a', 'b'], 'keepalived']);
  one.removed('a');
  one.found([]);
  assert.deepEqual([namesIn(book()), book().held.table], [['b'], undefined]);
  one.use(modelOf(''));
  one.removed('b');
  assert.ok(!existsSync(path), 'an empty book is kept');
});

test('without anything to put back nothing is written', () => {
  const plain = book();
  plain.use(modelOf(''));
  plain.found([]);
  assert.ok(!existsSync(path));
});

test('a file that is damaged says what can be understood of it', () => {
  for (const text of ['', '{', '[]', 'null', '{"settings": 5, "devices": [{}]}']) {
    writeFileSync(path, text);
    assert.deepEqual(book().held, { settings: [], devices: [] }, text);
  }
  const strange = { name: '../../etc/passwd', was: 'x' };
  writeFileSync(path, JSON.stringify({ settings: [strange, setting], table: 7 }));
  assert.deepEqual(book().held, { settings: [setting], devices: [] });
  rmSync(path);
});

test('a disk that takes nothing is told once, and everything goes on', () => {
  const said: string[] = [];
  const nowhere = new LeavingsBook(join(directory, 'no', 'such'), (text) => said.push(text));
  nowhere.use(modelOf('use_vmac'));
  nowhere.found([setting]);
  assert.equal(said.length, 1);
  assert.deepEqual([namesIn(nowhere), nowhere.held.settings], [['vrrp.51'], [setting]]);
  nowhere.release();
});
