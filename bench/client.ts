/**
 * A client that asks an address for an echo 500 times a second, run inside a namespace: `node client.ts ADDRESS`.
 *
 * iputils' ping cannot stand in for it: below an interval of 10 ms it spins, and loads a core beside what is measured.
 */
import { parseAddress, writeAddress } from '../src/base/address.ts';
import { type SendFailure, SendVector } from '../src/linux/datagrams/send-vector.ts';
import { AF_INET, openRaw } from '../src/linux/socket.ts';

const ICMP = 1;
const ECHO_REQUEST = 8;
const EVERY_MS = 2;

const address = parseAddress(process.argv[2] ?? '');
const opened = openRaw(AF_INET, ICMP);
if (address === undefined || !opened.ok) throw new Error('usage: node client.ts ADDRESS, as root');

const fd = opened.value;
const vector = new SendVector(false);
const failures: SendFailure[] = [];

setInterval(() => {
  const at = vector.add(0, 8, 16);
  const name = vector.nameAt();
  vector.view.setUint32(name, AF_INET, true);
  writeAddress(vector.bytes, name + 4, address);
  vector.view.setUint32(at, ECHO_REQUEST << 24);
  vector.view.setUint32(at + 4, 0);
  // The Internet checksum of a message whose only set byte is its type.
  vector.view.setUint16(at + 2, 0xffff - (ECHO_REQUEST << 8));
  failures.length = 0;
  vector.flush(fd, failures);
}, EVERY_MS);
