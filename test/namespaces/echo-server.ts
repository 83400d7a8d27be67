/** Answers each datagram to the virtual address by itself and a name: `node echo-server.ts ADDRESS NAME`. */
import { createSocket } from 'node:dgram';
import { echoPort } from './echo.ts';

const [, , address = '', name = ''] = process.argv;
const socket = createSocket('udp4');
socket.on('message', (question, from) => {
  socket.send([question, name], from.port, from.address);
});
// The address is not there while another host is master: the kernel is told to allow that.
socket.bind(echoPort, address, () => process.stdout.write('listening\n'));
