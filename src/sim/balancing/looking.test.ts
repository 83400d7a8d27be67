/** What somebody changes by hand is found: how soon, and what the looking may cost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../base/random.ts';
import { type Service, serviceName } from '../../base/service.ts';
import { type Duration, type Instant, instant, microseconds, seconds } from '../../base/units.ts';
import { type BalancerDriver, createBalancerDriver } from '../../engine/balancer/driver.ts';
import type { BalancerModel } from '../../engine/balancer/model.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import { balancerModel } from '../../engine/translation/balancer-model.ts';
import { readText } from '../../language/read-text.ts';
import type { DataPlane, PlaneOperation } from '../../plane.ts';
import { createPlane, type VirtualPlane } from './plane.ts';

/** What the kernel took for a service of sixteen servers, on a slow machine. */
const lookAtOne = microseconds(250);
const glimpseOfOne = microseconds(10);

/** A balancer without checks, before a plane of which looking takes its time. */
class Watch {
  now = instant(seconds(100));
  armed: Instant | undefined;
  readonly plane: VirtualPlane = createPlane('ipvs');
  readonly reports: BalancerReport[] = [];
  readonly driver: BalancerDriver;
  /** Since the last time that somebody set them to nothing. */
  wholes = 0;
  looks = 0;
  spent = 0;
  readonly #count: number;
  /** Glimpses show servers. */
  readonly #shows: boolean;
  readonly #operation: Duration;

  constructor(count: number, shows = true, operation = microseconds(0)) {
    this.#count = count;
    this.#shows = shows;
    this.#operation = operation;
    this.driver = createBalancerDriver({
      ...{ model: model(count), seed: 7, memory: undefined, formerly: [], overrides: [] },
      ports: {
        clock: { now: () => this.now, wall: () => 0 as never },
        timer: { arm: (at) => (this.armed = at) },
        plane: this.#costly(),
        checks: { begin: () => undefined, cancel: () => undefined },
        report: (reports) => this.reports.push(...reports),
        remember: () => undefined,
      },
    });
    this.driver.start();
    this.reports.length = 0;
  }

  #costly(): DataPlane {
    const { plane } = this;
    return {
      ...plane,
      disturbed: () => plane.disturbed(),
      apply: (operations) => {
        this.#spend(this.#operation * operations.length);
        return plane.apply(operations);
      },
      observe: () => {
        this.wholes += 1;
        this.#spend(lookAtOne * plane.observe().length);
        return plane.observe();
      },
      look: (keys) => {
        this.looks += keys.length;
        this.#spend(lookAtOne * keys.length);
        return plane.look?.(keys) ?? [];
      },
      glimpse: () => {
        this.#spend(glimpseOfOne * this.#count);
        const { services, gone } = plane.glimpse?.() ?? { services: [], gone: [] };
        if (this.#shows) return { services, gone, withServers: true };
        const bare = services.map((one) => ({ ...one, servers: undefined }));
        return { services: bare, gone, withServers: false };
      },
    };
  }

  #spend(time: number): void {
    this.spent += time;
    this.now = instant(this.now + time);
  }

  pass(length: Duration): void {
    const end = this.now + length;
    while (this.armed !== undefined && this.armed <= end) {
      this.now = instant(Math.max(this.now, this.armed));
      this.driver.timerDue();
    }
    this.now = instant(Math.max(this.now, end));
  }

  /** Begins to count anew. */
  rest(): void {
    [this.wholes, this.looks, this.spent] = [0, 0, 0];
  }

  text(): string {
    const entries = this.plane.observe().map(({ key, servers, ...rest }) => {
      const own = servers.map((server) => JSON.stringify(server)).toSorted();
      return JSON.stringify([serviceName(key), rest, own]);
    });
    return entries.toSorted().join('\n');
  }
}

function model(services: number): BalancerModel {
  const text = Array.from({ length: services }, (_, index) => {
    const head = `virtual_server 192.0.${index >> 8}.${index & 255} 80 {\n protocol TCP\n lb_algo rr\n lb_kind NAT\n`;
    return `${head} real_server 10.0.0.1 80 {\n }\n real_server 10.0.0.2 80 {\n }\n}\n`;
  });
  return balancerModel(readText(text.join(''), 'test.conf').model).model;
}

function pickOf(watch: Watch, at: number): Service {
  const services = watch.plane.observe();
  const service = services[at % services.length];
  assert.ok(service !== undefined);
  return service;
}

/** Of the service at this place; the last one shows in no glimpse. */
const edits: readonly ((service: Service) => PlaneOperation)[] = [
  ({ key }) => ({ kind: 'remove-service', key }),
  ({ key }) => ({ kind: 'edit-service', key, settings: settings('wlc') }),
  ({ key, servers: [server] }) => removalOf(key, server),
  ({ key, servers: [server] }) => edit(key, server, { weight: 9 }),
  ({ key, servers: [server] }) => edit(key, server, { upper: 9 }),
];

function settings(scheduler: 'rr' | 'wlc') {
  return { scheduler, flags: [], persistence: undefined, onePacket: false } as const;
}

type Server = Service['servers'][number];

function removalOf(service: Service['key'], server: Server | undefined): PlaneOperation {
  assert.ok(server !== undefined);
  return { kind: 'remove-server', service, server };
}

function edit(
  service: Service['key'],
  server: Server | undefined,
  own: Partial<Server>,
): PlaneOperation {
  assert.ok(server !== undefined);
  return { kind: 'edit-server', service, server, settings: { ...server, ...own } };
}

function disturb(watch: Watch, at: number, which: number): void {
  const change = edits[which]?.(pickOf(watch, at));
  assert.ok(change !== undefined);
  watch.plane.disturb([change]);
}

describe('a table that can be looked at in a hundredth of a second', () => {
  for (const which of edits.keys()) {
    test(`is right again within a second, whatever was changed (${which})`, () => {
      const watch = new Watch(30);
      const wanted = watch.text();
      watch.pass(seconds(3.5));
      disturb(watch, 17, which);
      assert.notEqual(watch.text(), wanted);
      watch.pass(seconds(1));
      assert.equal(watch.text(), wanted);
      assert.deepEqual(
        watch.reports.map(({ kind }) => kind),
        ['restored'],
      );
    });
  }
});

describe('a table of four hundred services', () => {
  const watch = new Watch(400);
  const wanted = watch.text();
  test('is not looked at in whole, and looking takes no more than a hundredth of the time', () => {
    watch.pass(seconds(10));
    watch.rest();
    watch.pass(seconds(600));
    assert.equal(watch.wholes, 0);
    assert.ok(watch.spent <= seconds(6.5), `${watch.spent} us`);
    assert.ok(watch.looks >= 250 && watch.looks <= 700, `${watch.looks} services in ten minutes`);
  });
  for (const which of [0, 1, 2, 3]) {
    test(`is right again with the next glimpse, at the cost of one service (${which})`, () => {
      disturb(watch, 234, which);
      watch.rest();
      watch.pass(seconds(1.1));
      assert.equal(watch.text(), wanted);
      assert.ok(watch.looks <= 4, `${watch.looks} services were looked at`);
      assert.equal(watch.reports.at(-1)?.kind, 'restored');
    });
  }
  test('is right again within an hour where no glimpse shows what was changed', () => {
    disturb(watch, 234, 4);
    watch.pass(seconds(5));
    assert.notEqual(watch.text(), wanted);
    watch.pass(seconds(7_200));
    assert.equal(watch.text(), wanted);
  });
  test('is right again with the next glimpse when somebody empties it', () => {
    const all = watch.plane.observe().map(({ key }) => ({ kind: 'remove-service', key }) as const);
    watch.plane.disturb(all);
    watch.pass(seconds(1.1));
    assert.equal(watch.text(), wanted);
  });
  test('is as it should be after a thousand changes of chance', () => {
    const random = createRandom(11);
    for (let round = 0; round < 1_000; round += 1) {
      disturb(watch, random.below(400), random.below(4));
      if (random.chance(0.1)) watch.pass(seconds(random.below(4)));
    }
    watch.pass(seconds(5));
    assert.equal(watch.text(), wanted);
  });
});

test('where glimpses show no servers, the servers are gone through in a hundredth of the time', () => {
  const watch = new Watch(400, false);
  const wanted = watch.text();
  watch.pass(seconds(5));
  disturb(watch, 234, 3);
  watch.rest();
  watch.pass(seconds(120));
  assert.equal(watch.text(), wanted);
  assert.ok(watch.spent <= seconds(2.6), `${watch.spent} us`);
});

test("what is refused is tried again every second, at the cost of its services' looks", () => {
  const watch = new Watch(400);
  const wanted = watch.text();
  watch.plane.refuse(() => ({ errno: 16, code: 'EBUSY', detail: '' }));
  disturb(watch, 500, 3);
  watch.pass(seconds(2.5));
  watch.rest();
  watch.pass(seconds(10));
  assert.ok(watch.looks >= 9 && watch.looks <= 25, `${watch.looks} services were looked at`);
  watch.plane.refuse(() => undefined);
  watch.pass(seconds(1.1));
  assert.equal(watch.text(), wanted);
  assert.equal(watch.reports.filter(({ kind }) => kind === 'plane-works').length, 1);
});

test("a large table is programmed in turns, and what is still to be done is nobody else's doing", () => {
  const watch = new Watch(4_000, true, microseconds(700));
  const first = watch.plane.observe().length;
  assert.ok(first >= 600 && first <= 700, `${first} services in the first turn`);
  watch.pass(seconds(20));
  assert.equal(watch.plane.observe().length, 4_000);
  assert.deepEqual(
    watch.reports.filter(({ kind }) => kind === 'restored'),
    [],
  );
  watch.driver.tell({ kind: 'stop', keep: false });
  watch.pass(seconds(10));
  assert.equal(watch.driver.finished, true);
  assert.deepEqual(watch.plane.observe(), []);
});
