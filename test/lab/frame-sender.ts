/**
 * Plays frames on a link, again and again: `node frame-sender.ts LINK MILLISECONDS FILE`. Each line of the file is a frame in
 * hexadecimal; the file is read anew for every round.
 */
import { readFileSync } from 'node:fs';
import { allocate, bind, ioctl, send } from '../../src/linux/ffi.ts';
import { AF_PACKET, openRaw } from '../../src/linux/socket.ts';

const [, , link = '', every = '', file = ''] = process.argv;
const SIOCGIFINDEX = 0x8933;
const SOCKADDR_LL = 20;
const INDEX_AT = 16;

const opened = openRaw(AF_PACKET, 0);
if (!opened.ok) throw new Error(opened.error.code);
const fd = opened.value;
const request = allocate(40);
request.bytes.set(new TextEncoder().encode(link));
if (ioctl(fd, SIOCGIFINDEX, request.address) < 0) throw new Error(`there is no ${link}`);
const name = allocate(SOCKADDR_LL);
name.view.setUint16(0, AF_PACKET, true);
name.view.setInt32(4, request.view.getInt32(INDEX_AT, true), true);
if (bind(fd, name.address, SOCKADDR_LL) < 0) throw new Error(`cannot send on ${link}`);
const room = allocate(2_048);

setInterval(() => {
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const frame = Buffer.from(line, 'hex');
    room.bytes.set(frame);
    send(fd, room.address, frame.length, 0);
  }
}, Number(every));
