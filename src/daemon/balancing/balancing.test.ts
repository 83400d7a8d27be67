import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ServiceKey } from '../../base/service.ts';
import { instant } from '../../base/units.ts';
import { balancerModel } from '../../engine/translation/balancer-model.ts';
import { readText } from '../../language/read-text.ts';
import type { BalancerAnswer } from './channel.ts';
import { changeBetween, changedModel } from './model-change.ts';
import { packModel } from './model-packing.ts';
import { resolveOrder } from './orders.ts';
import { BalancerOutbox } from './outbox.ts';
import { ownedServices } from './owned-services.ts';
import { unpackModel } from './packed-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-balancing-'));
after(() => rmSync(directory, { recursive: true }));

function model(weight = 1) {
  const text = `virtual_server_group web {
  192.0.2.7-8 80
}
virtual_server 192.0.2.1 80 {
  protocol TCP
  real_server 10.0.0.1 80 {
    weight ${weight}
  }
  real_server 10.0.0.1 81 {
  }
}
virtual_server 192.0.2.1 443 {
  protocol TCP
  snmp_name secure
  real_server 10.0.0.2 443 {
  }
}
virtual_server fwmark 5 {
  real_server 10.0.0.3 80 {
  }
}
virtual_server group web {
  protocol TCP
  real_server 10.0.0.4 80 {
  }
}
`;
  return balancerModel(readText(text, 'test.conf').model).model;
}

test('a service and a server are found by every name that people have for them', () => {
  const found = (service: string, server: string): string => {
    const override = { kind: 'drain' } as const;
    const answer = resolveOrder(packModel(model()), { service, server, override });
    return answer.ok ? `${answer.order.service} > ${answer.order.server}` : answer.error;
  };
  const first = 'tcp 192.0.2.1:80 > 10.0.0.1:80';
  assert.equal(found('192.0.2.1:80', '10.0.0.1:80'), first);
  assert.equal(found('192.0.2.1 80', '10.0.0.1 80'), first);
  assert.equal(found('tcp 192.0.2.1:80', '10.0.0.1:80'), first);
  assert.equal(found('[192.0.2.1]:tcp:80', '[10.0.0.1]:tcp:80'), first);
  assert.equal(found('SECURE', '10.0.0.2'), 'tcp 192.0.2.1:443 > 10.0.0.2:443');
  assert.equal(found('mark 5', '10.0.0.3'), 'mark 5 ipv4 > 10.0.0.3:80');
  assert.equal(found('fwm 5', '10.0.0.3'), 'mark 5 ipv4 > 10.0.0.3:80');
  assert.equal(found('web', '10.0.0.4'), 'tcp group web > 10.0.0.4:80');
  assert.equal(found('192.0.2.8', '10.0.0.4'), 'tcp group web > 10.0.0.4:80');
});

test('what is called by no name, or by that of several, is said with what there is', () => {
  const said = (service: string, server: string): string => {
    const answer = resolveOrder(packModel(model()), { service, server, override: undefined });
    return answer.ok ? 'found' : answer.error;
  };
  assert.match(said('192.0.2.9:80', 'x'), /no virtual server is called 192\.0\.2\.9:80: there is/);
  assert.match(
    said('192.0.2.1', 'x'),
    /may be several virtual servers: there is tcp 192\.0\.2\.1:80/,
  );
  assert.match(said('192.0.2.1:80', '10.0.0.1'), /may be several real servers/);
  assert.match(said('192.0.2.1:80', '10.0.0.9'), /has no real server 10\.0\.0\.9/);
});

test('only what is new crosses the channel, and what stays is the same object', () => {
  const [before, fresh] = [model(1), model(2)];
  const change = changeBetween(packModel(before), packModel(fresh));
  assert.ok(change !== undefined);
  assert.deepEqual(
    change.fresh.services.map(({ id }) => id),
    ['tcp 192.0.2.1:80'],
  );
  const next = changedModel(before, structuredClone(change));
  assert.deepEqual(next, fresh);
  assert.equal(next.services[1], before.services[1]);
  const without = { ...fresh, services: fresh.services.slice(1) };
  const removal = changeBetween(packModel(next), packModel(without));
  assert.ok(removal !== undefined);
  assert.deepEqual(changedModel(next, removal), without);
});

test('what has not changed is no change, and another order or another plane is one', () => {
  const one = model(1);
  const packed = packModel(one);
  assert.equal(changeBetween(packed, packModel(model(1))), undefined);
  const turned = { ...one, services: one.services.toReversed() };
  assert.deepEqual(changeBetween(packed, packModel(turned))?.fresh.services, []);
  const elsewhere = { ...one, plane: { ...one.plane, flushAtStop: 'all' } as const };
  assert.equal(changeBetween(packed, packModel(elsewhere))?.fresh.plane.flushAtStop, 'all');
});

test('a model comes out of its package as it went in, with what its servers share as one object', () => {
  const check =
    'delay_loop 7\nUDP_CHECK {\n payload 0102\n require_reply 01XX\n }\nHTTP_GET {\n url {\n path /\n }\n}';
  const servers = [1, 2, 3].map(
    (last) => `real_server 10.0.0.${last} 80 {\n${check}\nweight ${last % 2}\n}\n`,
  );
  const text = `virtual_server 192.0.2.1 80 {\n${servers.join('')}}\nvirtual_server fwmark 3 {\n${servers[0]}}\n`;
  const whole = balancerModel(readText(text, 'test.conf').model).model;
  const unpacked = unpackModel(structuredClone(packModel(whole)));
  assert.deepEqual(unpacked, whole);
  const [first, second] = unpacked.services[0]?.servers ?? [];
  assert.equal(first?.checks[0]?.pacing, second?.checks[0]?.pacing);
  assert.equal(first?.checks[1]?.checker, second?.checks[1]?.checker);
});

const key = (port: number): ServiceKey =>
  ({ kind: 'address', protocol: 'tcp', address: '192.0.2.1', port }) as ServiceKey;

test('what was ours before a crash is known, and forgotten after an orderly end', () => {
  const path = join(directory, 'services.json');
  const complain = (text: string) => assert.fail(text);
  ownedServices(path, complain).use([key(80), key(81)]);
  const next = ownedServices(path, complain);
  next.use([key(80)]);
  assert.deepEqual(next.formerly(), [key(81)]);
  next.release();
  assert.deepEqual(ownedServices(path, complain).formerly(), []);
});

test('a file that is damaged, or a disk that is full, stops nobody', () => {
  const path = join(directory, 'damaged.json');
  for (const text of ['', '[', '{}', '[1,{"kind":"address","address":"no"},{"kind":"mark"}]']) {
    writeFileSync(path, text);
    assert.deepEqual(ownedServices(path, () => undefined).formerly(), []);
  }
  const complaints: string[] = [];
  ownedServices(join(directory, 'nowhere/x'), (text) => complaints.push(text)).use([key(80)]);
  assert.equal(complaints.length, 1);
  assert.equal(readFileSync(path, 'utf8').startsWith('[1'), true);
});

test('what a successor must know goes first and in its latest form; reports beyond a bound are counted', () => {
  const sent: BalancerAnswer[] = [];
  const taken: (() => void)[] = [];
  const outbox = new BalancerOutbox({
    send: (answer, done) => {
      sent.push(answer);
      taken.push(done);
    },
  });
  for (let count = 0; count < 16; count += 1) outbox.answer({ kind: 'alive' });
  const report = { kind: 'plane-works', at: instant(1) } as const;
  outbox.reports(Array.from({ length: 70_000 }, () => report));
  for (const up of [true, false]) {
    outbox.remember([{ kind: 'quorum', service: 's', up, since: instant(1) }]);
  }
  assert.equal(sent.length, 16);
  taken.shift()?.();
  const memory = sent[16];
  assert.ok(memory?.kind === 'memory');
  assert.deepEqual(memory.changes, [{ kind: 'quorum', service: 's', up: false, since: 1 }]);
  taken.shift()?.();
  const reports = sent[17];
  assert.ok(reports?.kind === 'reports');
  assert.deepEqual([reports.reports.length, reports.lost], [65_536, 70_000 - 65_536]);
});
