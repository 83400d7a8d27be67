/** An interface up or down. */
import type { LinkIndex, PortError } from '../../ports.ts';
import { encodeLinkState } from '../../wire/link.ts';
import { RTM_NEWLINK } from '../../wire/rtnetlink.ts';
import { NetlinkSocket } from '../netlink-socket.ts';

const RECEIVE_BUFFER = 64 * 1024;

/** The error, or undefined. */
export function setLinkState(index: LinkIndex, up: boolean): PortError | undefined {
  const socket = new NetlinkSocket({
    groups: [],
    receiveBuffer: RECEIVE_BUFFER,
    isRehearsal: false,
  });
  try {
    const payload = encodeLinkState(index, up);
    return socket.transact([{ type: RTM_NEWLINK, flags: 0, payload }])[0];
  } finally {
    socket.close();
  }
}
