import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { readText } from '../../language/read-text.ts';
import type { KernelOperation, Network } from '../../ports.ts';
import type { Ports } from '../failover/ports.ts';
import { playOf, shortPlay } from './play.ts';
import { Stage } from './stage.ts';

/** Ports that only write down what they are asked for. */
function listener() {
  const asked: string[] = [];
  const note = (what: string) => (items: readonly unknown[]) => {
    asked.push(`${what} ${items.length}`);
    return [];
  };
  const network: Pick<Network, 'transmit' | 'announce' | 'receive'> = {
    transmit: note('transmit'),
    announce: note('announce'),
    receive: () => [],
  };
  const kernel = {
    apply: (operations: readonly KernelOperation[]) => {
      note('apply')(operations);
      return operations.map(() => ({ done: true }) as const);
    },
    changes: () => [],
  };
  const stage = new Stage({ network, kernel } as unknown as Pick<Ports, 'network' | 'kernel'>);
  return { asked, stage };
}

test('the second deadline of the short play is a whole take-over', () => {
  const { asked, stage } = listener();
  stage.open(shortPlay);
  stage.advance();
  assert.deepEqual(asked, []);
  stage.advance();
  assert.deepEqual(asked, ['transmit 1', 'apply 1', 'announce 5']);
});

test('who was master goes on as master, and resigns at the end', () => {
  const { asked, stage } = listener();
  stage.open(shortPlay);
  stage.advance();
  stage.advance();
  const was = stage.clear();
  assert.equal(was?.instances[0]?.state, 'master');
  asked.length = 0;
  stage.open(shortPlay, was);
  assert.ok(asked.includes('transmit 1'), `${asked}`);
});

test('instances of two kinds that a model has take over at one deadline', () => {
  const { asked, stage } = listener();
  const text = [
    'vrrp_instance A {\ninterface e0\nvirtual_router_id 1\nversion 2\nauthentication {\nauth_type PASS\nauth_pass x\n}\n}',
    'vrrp_instance B {\ninterface e0\nvirtual_router_id 2\nversion 2\nauthentication {\nauth_type PASS\nauth_pass y\n}\n}',
    'vrrp_instance C {\ninterface e0\nvirtual_router_id 3\nversion 3\nnative_ipv6\nadvert_int 0.01\nunicast_peer {\nfe80::9\n}\n}',
    'vrrp_instance D {\ninterface e0\nvirtual_router_id 4\nversion 3\n}\n',
  ].join('\n');
  const play = playOf(failoverModel(readText(text).model));
  const kinds = play.model.instances.map(
    ({ version, family, authentication, transport }) =>
      `${version} ${family} ${authentication.kind} ${transport.kind}`,
  );
  assert.deepEqual(kinds, ['2 ipv4 pass multicast', '3 ipv6 none unicast']);
  stage.open(play);
  stage.advance();
  stage.advance();
  assert.deepEqual(asked, ['transmit 2', 'apply 2', 'announce 10']);
});
