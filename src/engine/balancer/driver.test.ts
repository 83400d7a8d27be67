import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Service, serverName, serviceName } from '../../base/service.ts';
import { type Duration, type Instant, instant, milliseconds, seconds } from '../../base/units.ts';
import type { CheckOutcome, CheckRequest } from '../../health/check.ts';
import { readText } from '../../language/read-text.ts';
import type { DataPlane, PlaneOperation } from '../../plane.ts';
import type { OperationResult } from '../../ports.ts';
import { balancerModel } from '../translation/balancer-model.ts';
import { type BalancerDriver, createBalancerDriver } from './driver.ts';
import type { BalancerModel } from './model.ts';
import type { BalancerReport } from './report.ts';

/** A balancer whose clock is turned by hand, before a plane that keeps a list. */
class Stand {
  now = instant(seconds(100));
  armed: Instant | undefined;
  readonly begun: CheckRequest[] = [];
  readonly reports: BalancerReport[] = [];
  readonly asked: PlaneOperation[] = [];
  readonly #held = new Map<string, Service>();
  refuses = false;
  readonly driver: BalancerDriver;

  constructor(
    model: BalancerModel,
    kind: DataPlane['kind'] = 'ipvs',
    held: readonly Service[] = [],
  ) {
    for (const service of held) this.#held.set(serviceName(service.key), service);
    const clock = { now: () => this.now, wall: () => 0 as never };
    this.driver = createBalancerDriver({
      ...{ model, seed: 7, memory: undefined, formerly: [], overrides: [] },
      ports: {
        clock,
        timer: { arm: (at) => (this.armed = at) },
        plane: this.#plane(kind),
        checks: { begin: (requests) => this.begun.push(...requests), cancel: () => undefined },
        report: (reports) => this.reports.push(...reports),
        remember: () => undefined,
      },
    });
    this.driver.start();
  }

  #plane(kind: DataPlane['kind']): DataPlane {
    const done: OperationResult = { done: true };
    const busy: OperationResult = { done: false, error: { errno: 16, code: 'EBUSY', detail: '' } };
    return {
      kind,
      observe: () => [...this.#held.values()],
      apply: (operations) => {
        this.asked.push(...operations);
        if (this.refuses) return operations.map(() => busy);
        for (const operation of operations) this.#hold(operation);
        return operations.map(() => done);
      },
      disturbed: () => false,
      traffic: () => [],
      setTimeouts: () => done,
      synchronise: () => done,
      close: () => undefined,
    };
  }

  held(): readonly Service[] {
    return [...this.#held.values()];
  }

  #hold(operation: PlaneOperation): void {
    const key = 'service' in operation ? operation.service : operation.key;
    const name = serviceName(key);
    const known = this.#held.get(name);
    if (operation.kind === 'remove-service') this.#held.delete(name);
    else if ('key' in operation) {
      this.#held.set(name, { key, ...operation.settings, servers: known?.servers ?? [] });
    } else if (known !== undefined) {
      const { server } = operation;
      const rest = known.servers.filter((one) => serverName(one) !== serverName(server));
      const fresh =
        operation.kind === 'add-server'
          ? [operation.server]
          : operation.kind === 'edit-server'
            ? [{ ...operation.server, ...operation.settings }]
            : [];
      this.#held.set(name, { ...known, servers: [...rest, ...fresh] });
    }
  }

  /** Serves deadlines until a check begins. */
  next(): CheckRequest {
    const before = this.begun.length;
    while (this.begun.length === before) {
      this.now = instant(Math.max(this.now, this.armed ?? this.now));
      this.driver.timerDue();
    }
    const last = this.begun.at(-1);
    assert.ok(last !== undefined);
    return last;
  }

  /** Serves every deadline until so much time has passed; how many checks began in each moment. */
  pass(length: Duration): readonly number[] {
    const end = this.now + length;
    const counts: number[] = [];
    while (this.armed !== undefined && this.armed <= end) {
      this.now = instant(Math.max(this.now, this.armed));
      const before = this.begun.length;
      this.driver.timerDue();
      counts.push(this.begun.length - before);
      this.driver.outcomes(this.begun.slice(before).map(passed));
    }
    this.now = instant(end);
    return counts;
  }
}

function passed({ checker, sequence }: CheckRequest): CheckOutcome {
  return { checker, sequence, passed: true, weight: undefined, detail: '', took: milliseconds(1) };
}

function model(servers: number, inside = '', delay = 10): BalancerModel {
  const each = (index: number): string =>
    `real_server 10.0.${index >> 8}.${index & 255} 80 {\n TCP_CHECK {\n }\n}\n`;
  const list = Array.from({ length: servers }, (_, index) => each(index + 1)).join('');
  const text = `virtual_server 192.0.2.1 80 {\n delay_loop ${delay}\n lb_algo rr\n lb_kind NAT\n protocol TCP\n${inside}\n${list}}\n`;
  return balancerModel(readText(text, 'test.conf').model).model;
}

function words(operations: readonly PlaneOperation[]): readonly string[] {
  return operations.map((operation) => {
    const place = 'server' in operation ? ` ${serverName(operation.server)}` : '';
    const key = 'service' in operation ? operation.service : operation.key;
    return `${operation.kind} ${serviceName(key)}${place}`;
  });
}

test('a service is made before its servers, at once and in one go', () => {
  const stand = new Stand(model(2));
  assert.deepEqual(words(stand.asked), [
    'add-service tcp 192.0.2.1:80',
    'add-server tcp 192.0.2.1:80 10.0.0.1:80',
    'add-server tcp 192.0.2.1:80 10.0.0.2:80',
  ]);
});

test('the sorry server comes before the others go', () => {
  const stand = new Stand(model(1, 'sorry_server 10.9.9.9 80'));
  stand.pass(seconds(10));
  stand.asked.length = 0;
  for (let failures = 0; failures < 2; failures += 1) {
    stand.driver.outcomes([{ ...passed(stand.next()), passed: false }]);
  }
  const changes = words(stand.asked).filter((word) => word.includes('-server '));
  assert.deepEqual(changes.slice(-2), [
    'add-server tcp 192.0.2.1:80 10.9.9.9:80',
    'remove-server tcp 192.0.2.1:80 10.0.0.1:80',
  ]);
});

test('a thousand checks are spread over their interval, and stay so for minutes', () => {
  const stand = new Stand(model(1_000));
  for (let round = 0; round < 6; round += 1) {
    const counts = stand.pass(seconds(10));
    assert.ok(Math.max(...counts) <= 5, `${Math.max(...counts)} at once in round ${round}`);
  }
  assert.ok(stand.begun.length > 5_500 && stand.begun.length < 6_500, `${stand.begun.length}`);
});

test('after a standstill of half a minute the checks come one after the other, all within one interval', () => {
  const stand = new Stand(model(1_000));
  stand.pass(seconds(20));
  stand.now = instant(stand.now + seconds(30));
  const before = stand.begun.length;
  const counts = stand.pass(seconds(10.5));
  assert.ok(Math.max(...counts) <= 10, `${Math.max(...counts)} at once`);
  const asked = new Set(stand.begun.slice(before).map(({ checker }) => checker));
  assert.equal(asked.size, 1_000, 'somebody was left out');
});

test('what is refused is tried again every second, told once, and told when it works', () => {
  const stand = new Stand(model(2));
  stand.refuses = true;
  stand.driver.tell({ kind: 'configure', model: model(3) });
  stand.asked.length = 0;
  stand.pass(seconds(5));
  const tries = words(stand.asked).filter((word) => word.endsWith('10.0.0.3:80')).length;
  assert.ok(tries >= 4 && tries <= 6, `${tries} tries`);
  const failures = stand.reports.filter(({ kind }) => kind === 'plane-failed');
  assert.equal(failures.length, 1);
  stand.refuses = false;
  stand.pass(seconds(2));
  assert.equal(stand.reports.filter(({ kind }) => kind === 'plane-works').length, 1);
});

const stranger: Service = {
  key: { kind: 'mark', family: 'ipv4', mark: 9 },
  ...{ scheduler: 'rr', flags: [], persistence: undefined, onePacket: false, servers: [] },
};

function withPlane(plane: Partial<BalancerModel['plane']>): BalancerModel {
  const base = model(1);
  return { ...base, plane: { ...base.plane, ...plane } };
}

test("18: what is somebody else's stays at start and at stop, with IPVS", () => {
  const stand = new Stand(model(1), 'ipvs', [stranger]);
  stand.pass(seconds(3));
  stand.driver.tell({ kind: 'stop', keep: false });
  assert.equal(stand.driver.finished, true);
  const touched = words(stand.asked).filter((word) => word.includes('mark 9'));
  assert.deepEqual(touched, []);
  assert.equal(words(stand.asked).at(-1), 'remove-service tcp 192.0.2.1:80');
});

test('18: lvs_flush and lvs_flush_on_stop take away what anybody made; nftables holds nothing of others', () => {
  const removed = ['remove-service mark 9 ipv4'];
  const strange = (stand: Stand) => words(stand.asked).filter((word) => word.includes('mark 9'));
  assert.deepEqual(
    strange(new Stand(withPlane({ flushAtStart: true }), 'ipvs', [stranger])),
    removed,
  );
  assert.deepEqual(strange(new Stand(model(1), 'nftables', [stranger])), removed);
  const stopping = new Stand(withPlane({ flushAtStop: 'all' }), 'ipvs', [stranger]);
  assert.deepEqual(strange(stopping), []);
  stopping.driver.tell({ kind: 'stop', keep: false });
  assert.deepEqual(strange(stopping), removed);
  assert.equal(stopping.driver.finished, true);
});

test('a stop that keeps services touches nothing, and ends even where everything is refused', () => {
  const keeping = new Stand(model(1));
  keeping.asked.length = 0;
  keeping.driver.tell({ kind: 'stop', keep: true });
  assert.deepEqual([keeping.driver.finished, keeping.asked], [true, []]);
  const refused = new Stand(model(1));
  refused.refuses = true;
  refused.driver.tell({ kind: 'stop', keep: false });
  assert.equal(refused.driver.finished, true);
});

test('what a table holds already is taken over without a word', () => {
  const first = new Stand(model(3));
  const second = new Stand(model(3), 'ipvs', first.held());
  assert.deepEqual(second.asked, []);
});

test('a server that a reload takes away is told as its end', () => {
  const stand = new Stand(model(2));
  stand.reports.length = 0;
  stand.driver.tell({ kind: 'configure', model: model(1) });
  const [report] = stand.reports;
  assert.ok(report?.kind === 'server' && !report.up && stand.reports.length === 1);
  assert.equal(report.server, '10.0.0.2:80');
});

test('a reload that changes one server asks for one change', () => {
  const stand = new Stand(model(500));
  stand.asked.length = 0;
  const changed = model(500);
  const [service] = changed.services;
  assert.ok(service !== undefined);
  const servers = service.servers.map((server, index) =>
    index === 77 ? { ...server, weight: 9 } : server,
  );
  stand.driver.tell({
    kind: 'configure',
    model: { ...changed, services: [{ ...service, servers }] },
  });
  assert.deepEqual(words(stand.asked), ['edit-server tcp 192.0.2.1:80 10.0.0.78:80']);
});

test('a synchronisation daemon is what its instance is', () => {
  const daemons: unknown[] = [];
  const text =
    'global_defs {\n lvs_sync_daemon eth1 VI_1 id 3\n}\nvrrp_instance VI_1 {\n interface eth0\n virtual_router_id 1\n}\n';
  const base = model(1);
  const { plane } = balancerModel(readText(text, 'test.conf').model).model;
  const stand = new Stand({ ...base, plane });
  const own = createBalancerDriver({
    ...{ model: { ...base, plane }, seed: 1, memory: undefined, formerly: [], overrides: [] },
    ports: {
      clock: { now: () => stand.now, wall: () => 0 as never },
      timer: { arm: () => undefined },
      plane: {
        kind: 'ipvs',
        observe: () => [],
        apply: (operations) => operations.map(() => ({ done: true })),
        disturbed: () => false,
        traffic: () => [],
        setTimeouts: () => ({ done: true }),
        synchronise: (wanted) => {
          daemons.push(wanted.map(({ role, id }) => `${role} ${id}`));
          return { done: true };
        },
        close: () => undefined,
      },
      checks: { begin: () => undefined, cancel: () => undefined },
      report: () => undefined,
      remember: () => undefined,
    },
  });
  own.start();
  own.tell({ kind: 'instance', instance: 'VI_1', master: true });
  own.tell({ kind: 'instance', instance: 'VI_2', master: true });
  own.tell({ kind: 'instance', instance: 'VI_1', master: false });
  own.tell({ kind: 'stop', keep: false });
  assert.deepEqual(daemons, [['backup 3'], ['master 3'], ['backup 3'], []]);
  assert.equal(own.finished, true);
});
