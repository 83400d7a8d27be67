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
import { Announcer } from '../../../linux/adverts/announcer.ts';
import { LinuxNeighbours } from '../../../linux/adverts/neighbours.ts';
import { linuxClock } from '../../../linux/clock.ts';
import type { Link, LinkAddress, NeighbourWatch } from '../../../ports.ts';
import { arpProbe, neighborSolicitation } from '../../../wire/claim.ts';

/** Milliseconds after each of two questions. */
const patience = 250;
const limit = 256;

export interface ClaimsDesk {
  readonly ask: (link: Link, address: Address) => Promise<readonly Mac[]>;
  readonly close: () => void;
}

interface Question {
  readonly link: Link;
  readonly address: Address;
  readonly macs: Set<Mac>;
}

/** One socket for each link and family: the kernel takes its time to close one. */
export function openClaims(own: readonly LinkAddress[]): ClaimsDesk {
  const questions = new Set<Question>();
  const neighbours = new LinuxNeighbours({
    clock: linuxClock,
    onReadable: () => {
      for (const claim of neighbours.claims(limit)) {
        for (const { link, address, macs } of questions) {
          if (claim.address === address && claim.link === link.index) macs.add(claim.mac);
        }
      }
    },
  });
  const announcer = new Announcer();
  const ask = async (link: Link, address: Address): Promise<readonly Mac[]> => {
    const bytes = frameFor(link, address, own);
    if (bytes === undefined) return [];
    const question: Question = { link, address, macs: new Set() };
    questions.add(question);
    neighbours.watch(watchesFor(questions));
    for (let tries = 0; tries < 2; tries += 1) {
      announcer.announce([{ link: link.index, bytes }]);
      await delay(patience);
    }
    questions.delete(question);
    return [...question.macs];
  };
  return {
    ask,
    close: () => {
      announcer.close();
      neighbours.close();
    },
  };
}

function watchesFor(questions: ReadonlySet<Question>): readonly NeighbourWatch[] {
  const watches = new Map<string, NeighbourWatch & { readonly addresses: Address[] }>();
  for (const { link, address } of questions) {
    const family = familyOf(address);
    const key = `${link.index} ${family}`;
    const watch = watches.get(key) ?? { link: link.index, family, addresses: [] };
    watch.addresses.push(address);
    watches.set(key, watch);
  }
  return [...watches.values()];
}

function frameFor(
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
