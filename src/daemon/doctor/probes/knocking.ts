/** Whether a server takes a connection to the address of a service, handed to it by its MAC as DR does. */
import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, type Ipv4, type Mac } from '../../../base/address.ts';
import { Announcer } from '../../../linux/announcer.ts';
import { allocate, bind, close, receive, watchReadable } from '../../../linux/ffi.ts';
import { AF_PACKET, openRaw } from '../../../linux/socket.ts';
import type { Link, LinkAddress } from '../../../ports.ts';
import {
  decodeKnockAnswer,
  type Knock,
  type KnockAnswer,
  knockFrame,
  withdrawalFrame,
} from '../../../wire/knock.ts';
import type { Connecting } from '../patient.ts';

const ETHERTYPE_IPV4 = 0x0800;
const FRAME = 128;
/** Milliseconds after each of two knocks. */
const patience = 400;
/** Of those that programs take for themselves (RFC 6335), and seldom in use. */
const ports = { first: 61_000, count: 4_000 } as const;
let knocks = process.pid;

/** undefined: there is no way to ask. */
export async function knocking(
  link: Link,
  to: { readonly mac: Mac; readonly address: Ipv4; readonly port: number },
  own: readonly LinkAddress[],
): Promise<Connecting | undefined> {
  const source = own.find(
    ({ link: index, address, prefix }) =>
      index === link.index && familyOf(address) === 'ipv4' && address !== to.address && prefix < 32,
  );
  const opened = source === undefined ? undefined : openTap(link);
  if (source === undefined || opened === undefined || link.mac === undefined) return undefined;
  knocks += 1;
  const port = ports.first + (knocks % ports.count);
  const knock: Knock = {
    from: { mac: link.mac, address: source.address as Ipv4, port },
    to,
    sequence: (Math.random() * 0xffff_ffff) >>> 0,
  };
  const announcer = new Announcer();
  const answer = await ask(opened, knock, (bytes) =>
    announcer.announce([{ link: link.index, bytes }]),
  );
  if (answer?.kind === 'accepted') {
    const bytes = withdrawalFrame({ ...knock, sequence: answer.acknowledged });
    announcer.announce([{ link: link.index, bytes }]);
  }
  announcer.close();
  if (answer === undefined) return { kind: 'silent', code: 'no answer in time' };
  return { kind: answer.kind };
}

async function ask(
  fd: number,
  knock: Knock,
  send: (frame: Uint8Array) => void,
): Promise<KnockAnswer | undefined> {
  const frame = allocate(FRAME);
  const ended = new AbortController();
  let answer: KnockAnswer | undefined;
  const watch = watchReadable(fd, () => {
    const length = receive(fd, frame.address, FRAME, 0);
    if (length < 0 || answer !== undefined) return;
    answer = decodeKnockAnswer(frame.bytes.subarray(0, length), knock);
    if (answer !== undefined) ended.abort();
  });
  for (let tries = 0; tries < 2 && answer === undefined; tries += 1) {
    send(knockFrame(knock));
    await delay(patience, undefined, { signal: ended.signal }).catch(() => undefined);
  }
  watch.close();
  close(fd);
  return answer;
}

function openTap({ index }: Link): number | undefined {
  const opened = openRaw(AF_PACKET, 0);
  if (!opened.ok) return undefined;
  const name = allocate(20);
  name.view.setUint16(0, AF_PACKET, true);
  name.view.setUint16(2, ETHERTYPE_IPV4, false);
  name.view.setInt32(4, index, true);
  if (bind(opened.value, name.address, 20) < 0) {
    close(opened.value);
    return undefined;
  }
  return opened.value;
}
