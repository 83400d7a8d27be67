/**
 * Frames as they come in by an interface, before any packet filter has seen them, and of those only what is asked for: a
 * director under load has no time to copy the rest.
 */
import type { Family } from '../../base/address.ts';
import type { LinkIndex, PortError } from '../../ports.ts';
import {
  allocate,
  bind,
  close,
  lastErrno,
  portError,
  receive,
  watchReadable,
  writePointer,
} from '../ffi.ts';
import { AF_PACKET, openRaw, prepare, SOL_SOCKET, setOptionBytes } from '../socket.ts';

export type FrameInstruction = readonly [code: number, yes: number, no: number, operand: number];

const SO_ATTACH_FILTER = 26;
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const FRAME = 2_048;
const READS = 64;

const BPF_LOAD_BYTE = 0x30;
const BPF_LOAD_HALF_AT_X = 0x48;
const BPF_LOAD_HEADER_LENGTH = 0xb1;
const BPF_JUMP_EQUAL = 0x15;
const BPF_JUMP_FROM = 0x35;
const BPF_RETURN = 0x06;
const ACCEPT = 0xffff_ffff;
const VERDICT: readonly FrameInstruction[] = [
  [BPF_RETURN, 0, 0, ACCEPT],
  [BPF_RETURN, 0, 0, 0],
];
/** Where IP says which protocol is inside, behind an Ethernet header. */
const PROTOCOL_AT = { ipv4: 23, ipv6: 20 } as const;
const PROTOCOL_TCP = 6;

/** Datagrams of one IP protocol. */
export function ofProtocol(family: Family, protocol: number): readonly FrameInstruction[] {
  return [[BPF_LOAD_BYTE, 0, 0, PROTOCOL_AT[family]], [BPF_JUMP_EQUAL, 0, 1, protocol], ...VERDICT];
}

/** TCP over IPv4 to a port from `lowest` on. */
export function ofTcpFrom(lowest: number): readonly FrameInstruction[] {
  return [
    [BPF_LOAD_BYTE, 0, 0, PROTOCOL_AT.ipv4],
    [BPF_JUMP_EQUAL, 0, 4, PROTOCOL_TCP],
    [BPF_LOAD_HEADER_LENGTH, 0, 0, 14],
    [BPF_LOAD_HALF_AT_X, 0, 0, 16],
    [BPF_JUMP_FROM, 0, 1, lowest],
    ...VERDICT,
  ];
}

export interface FrameTapOptions {
  readonly link: LinkIndex;
  readonly family: Family;
  readonly admitted: readonly FrameInstruction[];
  /** The bytes are the callee's only until it returns. */
  readonly onFrame: (frame: Uint8Array) => void;
}

export interface FrameTap {
  close(): void;
}

/** undefined where there can be none. */
export function openFrameTap(options: FrameTapOptions): FrameTap | undefined {
  const opened = openRaw(AF_PACKET, 0);
  if (!opened.ok) return undefined;
  const fd = opened.value;
  // Bound last, so that nothing comes in before the filter stands.
  const prepared = prepare(fd, [() => filter(fd, options.admitted), () => bindTo(fd, options)]);
  if (!prepared.ok) return undefined;
  const memory = allocate(FRAME);
  const watch = watchReadable(fd, () => {
    for (let reads = 0; reads < READS; reads += 1) {
      const length = receive(fd, memory.address, FRAME, 0);
      if (length < 0) return;
      options.onFrame(memory.bytes.subarray(0, length));
    }
  });
  return {
    close: () => {
      watch.close();
      close(fd);
    },
  };
}

function filter(fd: number, instructions: readonly FrameInstruction[]): PortError | undefined {
  const program = allocate(instructions.length * 8);
  for (const [index, [code, yes, no, operand]] of instructions.entries()) {
    program.view.setUint16(index * 8, code, true);
    program.view.setUint8(index * 8 + 2, yes);
    program.view.setUint8(index * 8 + 3, no);
    program.view.setUint32(index * 8 + 4, operand, true);
  }
  const header = allocate(16);
  header.view.setUint16(0, instructions.length, true);
  writePointer(header.words, 8, program.address);
  return setOptionBytes(fd, [SOL_SOCKET, SO_ATTACH_FILTER], header, 16);
}

/** struct sockaddr_ll: family, EtherType in network order, interface. */
function bindTo(fd: number, { link, family }: FrameTapOptions): PortError | undefined {
  const name = allocate(20);
  name.view.setUint16(0, AF_PACKET, true);
  name.view.setUint16(2, ETHERTYPE[family], false);
  name.view.setInt32(4, link, true);
  return bind(fd, name.address, 20) < 0 ? portError(lastErrno()) : undefined;
}
