/** Classic BPF for packet sockets: of all ARP and neighbour discovery, those frames that claim one of some addresses. */
import { addressBytes, type Family } from '../../base/address.ts';
import { uint32At } from '../../base/bytes.ts';
import type { NeighbourWatch, PortError } from '../../ports.ts';
import { allocate, writePointer } from '../ffi.ts';
import { SOL_SOCKET, setOptionBytes } from '../socket.ts';

const SO_ATTACH_FILTER = 26;

const BPF_LOAD_WORD = 0x20;
const BPF_LOAD_BYTE = 0x30;
const BPF_JUMP_EQUAL = 0x15;
const BPF_RETURN = 0x06;
const ACCEPT = 0xffff_ffff;
const DROP = 0;

type Instruction = readonly [code: number, yes: number, no: number, operand: number];

/** What must stand where for a frame to be a claim at all. A load beyond the frame drops it. */
const PROLOGUE: Readonly<Record<Family, readonly Instruction[]>> = {
  ipv4: [[BPF_LOAD_WORD, 0, 0, 28]],
  ipv6: [
    // Next header: ICMPv6; type: neighbour advertisement; then the last word of its target.
    [BPF_LOAD_BYTE, 0, 0, 20],
    [BPF_JUMP_EQUAL, 1, 0, 58],
    [BPF_RETURN, 0, 0, DROP],
    [BPF_LOAD_BYTE, 0, 0, 54],
    [BPF_JUMP_EQUAL, 1, 0, 136],
    [BPF_RETURN, 0, 0, DROP],
    [BPF_LOAD_WORD, 0, 0, 74],
  ],
};

/** A longer program may exceed what a socket may be charged for it (net.core.optmem_max). */
const COMPARED_MOST = 500;

const program = allocate((16 + 2 * COMPARED_MOST) * 8);
const header = allocate(16);

/** Replaces the filter of the socket. With more addresses than can be compared, every claim passes. */
export function admitClaims(
  fd: number,
  { family, addresses }: Pick<NeighbourWatch, 'family' | 'addresses'>,
): PortError | undefined {
  const instructions = [...PROLOGUE[family]];
  const words = addresses.map((address) => uint32At(addressBytes(address).subarray(-4), 0));
  const isComparing = words.length <= COMPARED_MOST;
  for (const word of isComparing ? words : []) {
    instructions.push([BPF_JUMP_EQUAL, 0, 1, word], [BPF_RETURN, 0, 0, ACCEPT]);
  }
  instructions.push([BPF_RETURN, 0, 0, isComparing ? DROP : ACCEPT]);
  const { view } = program;
  for (const [index, [code, yes, no, operand]] of instructions.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, yes);
    view.setUint8(index * 8 + 3, no);
    view.setUint32(index * 8 + 4, operand, true);
  }
  // struct sock_fprog: the number of instructions and a pointer to them.
  header.view.setUint16(0, instructions.length, true);
  writePointer(header.words, 8, program.address);
  return setOptionBytes(fd, [SOL_SOCKET, SO_ATTACH_FILTER], header, 16);
}
