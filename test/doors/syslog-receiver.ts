/** Takes datagrams as a syslog does: `node syslog-receiver.ts PATH`. Each becomes a line of standard output. */
import { rmSync } from 'node:fs';
import { allocate, bind, receive, socket } from '../../src/linux/ffi.ts';

const [, , path = ''] = process.argv;
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const MSG_DONTWAIT = 0x40;
const room = 8_192;

rmSync(path, { force: true });
const fd = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
const name = allocate(112);
name.view.setUint16(0, AF_UNIX, true);
name.bytes.set(new TextEncoder().encode(path), 2);
if (bind(fd, name.address, 2 + Buffer.byteLength(path) + 1) < 0) throw new Error('no socket');
process.stdout.write('listening\n');

const memory = allocate(room);
setInterval(() => {
  for (;;) {
    const length = receive(fd, memory.address, room, MSG_DONTWAIT);
    if (length < 0) return;
    process.stdout.write(`${Buffer.from(memory.bytes.subarray(0, length)).toString().trim()}\n`);
  }
}, 10);
