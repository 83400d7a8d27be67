/** What routers elect and agree by is read as the keepalived on the other node of the pair reads it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../base/units.ts';
import { readText } from './read-text.ts';

function read(lines: string) {
  const { model, diagnostics } = readText(
    `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\n${lines}\nvirtual_ipaddress {\n192.0.2.1/24\n}\n}\n`,
  );
  const [instance] = model.vrrp_instance;
  assert.ok(instance !== undefined);
  return { instance, codes: diagnostics.map(({ code }) => code) };
}

test('a number with something glued to it is not guessed where routers must agree or elect', () => {
  const glued = read('priority 150;\nadvert_int 3;\nunicast_ttl 7;');
  const { priority, advert_int: interval, unicast_ttl: hopLimit } = glued.instance;
  assert.deepEqual([priority, interval, hopLimit], [100, undefined, 255]);
  assert.equal(glued.codes.filter((code) => code === 'language.number-with-text').length, 3);
  assert.equal(read('advert_int 3s').instance.advert_int, undefined);
  assert.equal(read('advert_int 3').instance.advert_int, seconds(3));
  assert.equal(read('garp_master_repeat 5;').instance.garp_master_repeat, 5);
});

test('a kind of authentication in other letters is none, told once', () => {
  const { instance, codes } = read('authentication {\nauth_type pass\nauth_pass secret\n}');
  assert.equal(instance.authentication?.auth_type, undefined);
  assert.deepEqual(codes, ['language.unknown-choice']);
});

test('a peer with a prefix length is a peer', () => {
  const { instance } = read('unicast_src_ip 192.0.2.8/24\nunicast_peer {\n192.0.2.9/24\n}');
  assert.equal(instance.mcast_src_ip, '192.0.2.8');
  assert.deepEqual(
    instance.unicast_peer.map(({ address }) => address),
    ['192.0.2.9'],
  );
});

test('a weight out of range is none, 254 is 253, and what is no weight takes the entry along', () => {
  const tracked = (entry: string) =>
    read(`track_interface {\n${entry}\n}`).instance.track_interface.map(
      ({ name, weight }) => `${name} ${weight?.weight}`,
    );
  assert.deepEqual(tracked('eth1 weight 255'), ['eth1 undefined']);
  assert.deepEqual(tracked('eth1 weight -254'), ['eth1 -253']);
  assert.deepEqual(tracked('eth1 20\neth2'), ['eth2 undefined']);
});
