/** A rehearsal does everything but what others would notice. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { rehearse } from '../../src/daemon/rehearsal/rehearsal.ts';
import { LinuxNetwork } from '../../src/linux/adverts/network.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { LinuxKernel } from '../../src/linux/kernel/kernel.ts';
import type { Datagram, WantedAddress } from '../../src/ports.ts';
import {
  enterLaboratory,
  ip,
  type LinuxSegment,
  openLinuxSegment,
  waitFor,
} from './linux-world.ts';

enterLaboratory(import.meta.filename);

let opened: LinuxSegment | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const nothing = (): void => undefined;

/** Packets that left an interface, and the addresses on it. */
function trace({ nearSpace: { name } }: LinuxSegment): readonly [sent: string, addresses: string] {
  const statistics = ip(`-n ${name} -j -s link show dev seg`);
  const sent = /"tx":\{"bytes":\d+,"packets":(\d+)/.exec(statistics)?.[1] ?? '';
  return [sent, ip(`-n ${name} -o -4 addr show dev seg`)];
}

describe('rehearsal', () => {
  for (const isRehearsal of [true, false]) {
    it(isRehearsal ? 'sends and changes nothing' : 'leaves traces in earnest', async () => {
      const segment = await openLinuxSegment();
      opened = segment;
      // Its neighbour discovery would leave traces of its own.
      segment.nearSpace.inside(() => {
        writeFileSync('/proc/sys/net/ipv6/conf/seg/disable_ipv6', '1');
      });
      const { link, ipv4 } = segment.near;
      const before = trace(segment);
      const source = ipv4;
      const destination = '224.0.0.18' as Datagram['destination'];
      const payload = new Uint8Array(20);
      const address: WantedAddress = {
        ...{ link, address: '10.77.0.9' as WantedAddress['address'], prefix: 32, scope: 'global' },
        ...{ label: undefined, broadcast: undefined, peer: undefined, flags: [] },
        ...{ lifetime: 60, preferred: undefined },
      };
      segment.nearSpace.inside(() => {
        const options = { clock: linuxClock, onReadable: nothing, isRehearsal };
        const network = new LinuxNetwork(options);
        const kernel = new LinuxKernel({ onReadable: nothing, isRehearsal });
        const datagram = { link, source, destination, hopLimit: 255, payload };
        assert.deepEqual(network.transmit([datagram, datagram]), []);
        assert.deepEqual(network.announce([{ link, bytes: new Uint8Array(42) }]), []);
        assert.deepEqual(kernel.apply([{ kind: 'add-address', address }]), [{ done: true }]);
        network.close();
        kernel.close();
      });
      const after = trace(segment);
      assert.equal(after[0] === before[0], isRehearsal, 'packets');
      assert.equal(after[1] === before[1], isRehearsal, 'addresses');
    });
  }

  it('comes to its end by itself, once, and then is over for good', async () => {
    let ends = 0;
    const rehearsal = rehearse(undefined, () => {
      ends += 1;
    });
    await waitFor(() => ends > 0);
    rehearsal.stop();
    assert.equal(ends, 1);
  });

  it('stops when it is told to', () => {
    let ends = 0;
    const rehearsal = rehearse(undefined, () => {
      ends += 1;
    });
    rehearsal.stop();
    assert.equal(ends, 1);
  });
});
