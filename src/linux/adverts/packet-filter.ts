/** Classic BPF for raw sockets: what nobody waits for is dropped before it takes room in the receive buffer. */
import type { Family } from '../../base/address.ts';
import type { PortError } from '../../ports.ts';
import { allocate, writePointer } from '../ffi.ts';
import { SOL_SOCKET, setOptionBytes } from '../socket.ts';

const SO_ATTACH_FILTER = 26;

const BPF_LOAD_BYTE = 0x30;
const BPF_AND = 0x54;
const BPF_JUMP_EQUAL = 0x15;
const BPF_RETURN = 0x06;
/** Loads count from the network header, wherever the packet's data starts. */
const NETWORK_HEADER = 0xfff0_0000;
const ACCEPT = 0xffff_ffff;
const DROP = 0;

/** Where the first byte of the destination stands, and which of its bits say multicast. */
const DESTINATION = {
  ipv4: { at: 16, mask: 0xf0, multicast: 0xe0 },
  ipv6: { at: 24, mask: 0xff, multicast: 0xff },
} as const;

export interface Admission {
  readonly multicast: boolean;
  readonly unicast: boolean;
}

const INSTRUCTIONS = 5;
const program = allocate(INSTRUCTIONS * 8);
const header = allocate(16);

/** Replaces the filter of the socket. Which groups are let in is decided by its memberships. */
export function admit(fd: number, family: Family, admission: Admission): PortError | undefined {
  const { at, mask, multicast } = DESTINATION[family];
  instruct(0, [BPF_LOAD_BYTE, 0, 0, NETWORK_HEADER + at]);
  instruct(1, [BPF_AND, 0, 0, mask]);
  instruct(2, [BPF_JUMP_EQUAL, 0, 1, multicast]);
  instruct(3, [BPF_RETURN, 0, 0, admission.multicast ? ACCEPT : DROP]);
  instruct(4, [BPF_RETURN, 0, 0, admission.unicast ? ACCEPT : DROP]);
  // struct sock_fprog: the number of instructions and a pointer to them.
  header.view.setUint16(0, INSTRUCTIONS, true);
  writePointer(header.words, 8, program.address);
  return setOptionBytes(fd, [SOL_SOCKET, SO_ATTACH_FILTER], header, 16);
}

/** struct sock_filter: code, jump if true, jump if false, operand. */
function instruct(
  index: number,
  [code, yes, no, operand]: readonly [code: number, yes: number, no: number, operand: number],
): void {
  const { view } = program;
  view.setUint16(index * 8, code, true);
  view.setUint8(index * 8 + 2, yes);
  view.setUint8(index * 8 + 3, no);
  view.setUint32(index * 8 + 4, operand, true);
}
