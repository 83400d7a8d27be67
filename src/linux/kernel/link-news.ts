/**
 * Makes the kernel tell of a link. Of a device above it that makes it take in everything (promiscuity, where it cannot filter
 * by MAC address) it says nothing to those who watch links. Giving it the group that it has is told.
 */
import type { LinkIndex, OperationResult } from '../../ports.ts';
import {
  decodeLinkGroup,
  encodeLinkGroup,
  encodeLinkQuestion,
  RTM_NEWLINK,
} from '../../wire/link.ts';
import { RTM_GETLINK } from '../../wire/rtnetlink.ts';
import type { NetlinkSocket } from '../netlink-socket.ts';

export function tellOfLink(socket: NetlinkSocket, index: LinkIndex): OperationResult {
  let group: number | undefined;
  const unanswered = socket.ask(RTM_GETLINK, encodeLinkQuestion(index), (message) => {
    group = decodeLinkGroup(message);
  });
  if (unanswered !== undefined) return { done: false, error: unanswered };
  const payload = encodeLinkGroup(index, group ?? 0);
  const [error] = socket.transact([{ type: RTM_NEWLINK, flags: 0, payload }]);
  return error === undefined ? { done: true } : { done: false, error };
}
