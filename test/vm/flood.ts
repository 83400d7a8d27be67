/** Fills the netlink socket of another process, so that what the kernel answers is lost: an overrun. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { allocate, close, connect, type Memory, send } from '../../src/linux/ffi.ts';
import { AF_NETLINK, openRaw } from '../../src/linux/socket.ts';
import { NETLINK_GENERIC } from '../../src/wire/genetlink.ts';
import type { Namespace } from '../lab/namespace.ts';
import { within } from './plane.ts';

export interface Flood {
  /** What the kernel could not tell the process. */
  readonly lost: () => number;
  readonly stop: () => void;
}

/** Large ones first; what they leave free is less than any answer needs when the small ones are in. */
const SIZES = [32 * 1024, 16];
const NLMSG_NOOP = 1;
const MSG_DONTWAIT = 0x40;
const SOCKADDR_NL = 12;
/** Milliseconds. */
const PAUSE = 1;

/** Until it is stopped, the process finds its socket of generic netlink full whenever it looks. */
export function flood(space: Namespace, pid: number): Flood {
  const { portId } = socketOf(pid);
  const opened = within(space, () => openRaw(AF_NETLINK, NETLINK_GENERIC));
  assert.ok(opened.ok);
  const fd = opened.value;
  const place = allocate(SOCKADDR_NL);
  place.view.setUint16(0, AF_NETLINK, true);
  place.view.setUint32(4, portId, true);
  assert.equal(connect(fd, place.address, SOCKADDR_NL), 0);
  const messages = SIZES.map(meaningless);
  const fill = (): void => {
    for (const { address, bytes } of messages) {
      while (send(fd, address, bytes.length, MSG_DONTWAIT) >= 0);
    }
  };
  fill();
  const timer = setInterval(fill, PAUSE);
  return {
    lost: () => socketOf(pid).lost,
    stop: () => {
      clearInterval(timer);
      close(fd);
    },
  };
}

function meaningless(size: number): Memory {
  const message = allocate(size);
  message.view.setUint32(0, size, true);
  message.view.setUint16(4, NLMSG_NOOP, true);
  return message;
}

/** As the kernel lists it: sk, protocol, port id, groups, memory, …, drops, inode. */
function socketOf(pid: number): { readonly portId: number; readonly lost: number } {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    }),
  );
  const rows = readFileSync(`/proc/${pid}/net/netlink`, 'utf8').trim().split('\n');
  const found = rows
    .map((row) => row.trim().split(/\s+/))
    .find((row) => row[1] === `${NETLINK_GENERIC}` && inodes.has(row.at(-1)));
  assert.ok(found !== undefined, `process ${pid} has no socket of generic netlink`);
  return { portId: Number(found[2]), lost: Number(found[8]) };
}
