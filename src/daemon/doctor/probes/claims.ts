/** Who on a link says that an address is his: asked by ARP and neighbour solicitation. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Address,
  familyOf,
  type Ipv4,
  type Ipv6,
  isLinkLocal,
  type Mac,
} from '../../../base/address.ts';
import { Announcer } from '../../../linux/announcer.ts';
import { linuxClock } from '../../../linux/clock.ts';
import { LinuxNeighbours } from '../../../linux/neighbours.ts';
import type { Link, LinkAddress } from '../../../ports.ts';
import { arpProbe, neighborSolicitation } from '../../../wire/claim.ts';

/** Milliseconds after each of two questions. */
const patience = 250;
const limit = 64;

export async function claimsOn(
  link: Link,
  address: Address,
  own: readonly LinkAddress[],
): Promise<readonly Mac[]> {
  const bytes = question(link, address, own);
  if (bytes === undefined) return [];
  const macs = new Set<Mac>();
  const neighbours = new LinuxNeighbours({
    clock: linuxClock,
    onReadable: () => {
      for (const claim of neighbours.claims(limit)) {
        if (claim.address === address) macs.add(claim.mac);
      }
    },
  });
  const announcer = new Announcer();
  neighbours.watch([{ link: link.index, family: familyOf(address), addresses: [address] }]);
  for (let tries = 0; tries < 2; tries += 1) {
    announcer.announce([{ link: link.index, bytes }]);
    await delay(patience);
  }
  announcer.close();
  neighbours.close();
  return [...macs];
}

function question(
  { index, mac }: Link,
  address: Address,
  own: readonly LinkAddress[],
): Uint8Array | undefined {
  if (mac === undefined) return undefined;
  if (familyOf(address) === 'ipv4') return arpProbe({ mac, address: address as Ipv4 });
  const source = own.find(
    (each) => each.link === index && familyOf(each.address) === 'ipv6' && isLinkLocal(each.address),
  );
  if (source === undefined) return undefined;
  return neighborSolicitation({ mac, source: source.address as Ipv6, address: address as Ipv6 });
}
