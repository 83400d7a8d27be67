/**
 * Removes links. For each that goes by itself the kernel waits until nobody looks at it any more, some twenty milliseconds; for a
 * group it waits once. So several are put into a group that nobody else uses, and that is removed.
 */
import type { LinkIndex, OperationResult, PortError } from '../ports.ts';
import {
  encodeGroupGone,
  encodeLinkGone,
  encodeLinkGroup,
  RTM_DELLINK,
  RTM_NEWLINK,
} from '../wire/link.ts';
import { errnoOf } from './ffi.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

/** Whoever names groups of interfaces numbers them from 0; with the process id behind it, it is this process's own. */
const GROUP = 0x4846_0000;

const ENODEV = errnoOf('ENODEV');
const DONE: OperationResult = { done: true };

export function removeLinks(
  socket: NetlinkSocket,
  indices: readonly LinkIndex[],
): readonly OperationResult[] {
  const [only] = indices;
  if (indices.length === 1 && only !== undefined) {
    const payload = encodeLinkGone(only);
    return socket.transact([{ type: RTM_DELLINK, flags: 0, payload }]).map(resultOf);
  }
  const group = GROUP | (process.pid & 0xffff);
  const marking = indices.map((index) => ({
    type: RTM_NEWLINK,
    flags: 0,
    payload: encodeLinkGroup(index, group),
  }));
  const marked = socket.transact(marking);
  const removal = { type: RTM_DELLINK, flags: 0, payload: encodeGroupGone(group) };
  // None in it: all were gone before.
  const [error] = socket.transact([removal]);
  return marked.map((refused) => resultOf(refused ?? error));
}

function resultOf(error: PortError | undefined): OperationResult {
  return error === undefined || error.errno === ENODEV ? DONE : { done: false, error };
}
