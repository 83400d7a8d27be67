/**
 * Reads every frame on the demo's bridge and writes what Holdfast sent as JSON lines: `node observer.ts INDEX`,
 * INDEX being the bridge's interface. Made of Holdfast's own sockets, so that the demo needs no tcpdump.
 */
import { allocate, bind, receive, watchReadable } from '../src/linux/ffi.ts';
import { AF_PACKET, openRaw } from '../src/linux/socket.ts';
import { type Packet, readPacket } from '../test/lab/packet.ts';

export type ObserverLine = Packet & { readonly at: number };

const everyProtocolInNetworkOrder = 0x0300;
/** Of `struct sockaddr_ll`. */
const linkAddressLength = 20;

function observe(bridge: number): void {
  const opened = openRaw(AF_PACKET, everyProtocolInNetworkOrder);
  if (!opened.ok) throw new Error(`no packet socket: ${opened.error.code}`);
  const place = allocate(linkAddressLength);
  place.view.setUint16(0, AF_PACKET, true);
  place.view.setUint16(2, everyProtocolInNetworkOrder, true);
  place.view.setInt32(4, bridge, true);
  if (bind(opened.value, place.address, linkAddressLength) !== 0) {
    throw new Error(`no packet socket on interface ${bridge}`);
  }
  const memory = allocate(2048);
  watchReadable(opened.value, () => {
    for (;;) {
      const length = receive(opened.value, memory.address, memory.bytes.length, 0);
      if (length <= 0) return;
      const packet = readPacket(Buffer.from(memory.bytes.buffer, 0, length));
      if (packet === undefined) continue;
      const line: ObserverLine = { ...packet, at: performance.timeOrigin + performance.now() };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  });
}

if (import.meta.main) observe(Number(process.argv[2]));
