import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import type { LinkAddress, LinkIndex } from '../../ports.ts';
import { Echoes } from './echoes.ts';

const OURS = 77;
const THEIRS = 88;
const KERNEL = 0;

describe('echoes', () => {
  let echoes: Echoes;
  const four = place('10.0.0.1', 24);
  const six = place('fd00::1', 128);
  beforeEach(() => {
    echoes = new Echoes(OURS);
  });

  it('of IPv4 are ours and expected, each once', () => {
    echoes.expectAdded(four, false);
    assert.equal(echoes.isAddedEcho(four, THEIRS), false);
    assert.equal(echoes.isAddedEcho(four, OURS), true);
    assert.equal(echoes.isAddedEcho(four, OURS), false);
  });

  it('are not the removals of other addresses that ours took along', () => {
    echoes.expectRemoved(four);
    assert.equal(echoes.isRemovedEcho(place('10.0.0.2', 24), OURS), false);
    assert.equal(echoes.isRemovedEcho(four, OURS), true);
  });

  it('of IPv6 are repetitions of what is known', () => {
    echoes.expectAdded(six, true);
    assert.equal(echoes.isAddedEcho({ ...six, tentative: true }, KERNEL), true);
    assert.equal(echoes.isAddedEcho(six, KERNEL), false);
    echoes.expectAdded(six, true);
    assert.equal(echoes.isAddedEcho(six, KERNEL), true);
    assert.equal(echoes.isAddedEcho({ ...six, duplicate: true }, KERNEL), false);
  });

  it('of IPv6 come late, after a removal and an addition', () => {
    echoes.expectAdded(six, false);
    echoes.expectRemoved(six);
    echoes.expectAdded(six, false);
    assert.equal(echoes.isAddedEcho(six, KERNEL), true);
    assert.equal(echoes.isRemovedEcho(six, KERNEL), true);
    assert.equal(echoes.isAddedEcho(six, KERNEL), true);
    // Somebody else removes it and puts it back: both are news.
    assert.equal(echoes.isRemovedEcho(six, KERNEL), false);
    assert.equal(echoes.isAddedEcho(six, KERNEL), false);
  });

  it('are not waited for any more once notifications were lost', () => {
    echoes.expectAdded(four, false);
    echoes.expectRemoved(six);
    echoes.forgetExpected();
    assert.equal(echoes.isAddedEcho(four, OURS), false);
    assert.equal(echoes.isRemovedEcho(six, KERNEL), false);
  });
});

function place(text: string, prefix: number): LinkAddress {
  const address = parseAddress(text);
  assert.ok(address !== undefined);
  return {
    link: 3 as LinkIndex,
    address,
    prefix,
    scope: 'global',
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    tentative: false,
    duplicate: false,
    protocol: 0,
  };
}
