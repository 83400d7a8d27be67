/** A router whose hosts answer echo requests as a scenario has them: frames that it writes itself, beside its kernel. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import {
  allocate,
  bind,
  close,
  receive,
  send,
  setNamespace,
  watchReadable,
} from '../../src/linux/ffi.ts';
import { AF_PACKET, openRaw } from '../../src/linux/socket.ts';
import { decodeRequest, type EchoRequest } from './echo.ts';

/** Whole packets, each after a pause of milliseconds. `round` counts the requests to this address from 1. */
export type EchoAnswer = (
  request: EchoRequest,
  round: number,
) => readonly (Uint8Array | readonly [pause: number, packet: Uint8Array])[];

const ETHERNET = 14;
const FRAME = 2_048;
const ETHERTYPES = [0x0800, 0x86dd];

export interface EchoStage {
  close(): void;
}

/** `space`: the network namespace, `link` its interface. `answers` by address. */
export function openEchoStage(
  space: string,
  link: string,
  answers: ReadonlyMap<string, EchoAnswer>,
): EchoStage {
  const rounds = new Map<string, number>();
  const index = linkIndex(space, link);
  const closers = ETHERTYPES.map((ethertype) => {
    const fd = inside(space, () => openPacket(index, ethertype));
    const incoming = allocate(FRAME);
    const watch = watchReadable(fd, () => {
      for (;;) {
        const length = receive(fd, incoming.address, FRAME, 0);
        if (length < ETHERNET) return;
        const frame = incoming.bytes.slice(0, length);
        const request = decodeRequest(frame.subarray(ETHERNET));
        const answer = request && answers.get(request.destination);
        if (request === undefined || answer === undefined) continue;
        const round = (rounds.get(request.destination) ?? 0) + 1;
        rounds.set(request.destination, round);
        for (const each of answer(request, round)) {
          const [pause, packet] = each instanceof Uint8Array ? [0, each] : each;
          const write = () => sendBack(fd, frame, packet);
          if (pause === 0) write();
          else setTimeout(write, pause);
        }
      }
    });
    return () => {
      watch.close();
      close(fd);
    };
  });
  return {
    close() {
      for (const end of closers) end();
    },
  };
}

function sendBack(fd: number, frame: Uint8Array, packet: Uint8Array): void {
  const outgoing = allocate(ETHERNET + packet.length);
  outgoing.bytes.set(frame.subarray(6, 12), 0);
  outgoing.bytes.set(frame.subarray(0, 6), 6);
  outgoing.bytes.set(frame.subarray(12, ETHERNET), 12);
  outgoing.bytes.set(packet, ETHERNET);
  send(fd, outgoing.address, ETHERNET + packet.length, 0);
}

function openPacket(index: number, ethertype: number): number {
  const opened = openRaw(AF_PACKET, 0);
  if (!opened.ok) throw new Error(`no packet socket: ${opened.error.code}`);
  const name = allocate(20);
  name.view.setUint16(0, AF_PACKET, true);
  name.view.setUint16(2, ethertype, false);
  name.view.setInt32(4, index, true);
  if (bind(opened.value, name.address, 20) < 0) throw new Error('the packet socket is not bound');
  return opened.value;
}

function linkIndex(space: string, link: string): number {
  const text = execFileSync('ip', ['-n', space, '-o', 'link', 'show', link], { encoding: 'utf8' });
  return Number.parseInt(text, 10);
}

/** A socket belongs to the namespace that it was opened in. */
function inside<Value>(space: string, action: () => Value): Value {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const there = openSync(`/run/netns/${space}`, 'r');
  try {
    if (setNamespace(there, 0) !== 0) throw new Error(`no way into ${space}`);
    return action();
  } finally {
    setNamespace(home, 0);
    closeSync(home);
    closeSync(there);
  }
}
