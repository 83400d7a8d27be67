/** TCP_CHECK: who can be connected to, from where. */

import { addresses } from './network.ts';
import { nobody, type Scenario, type Service } from './scenario.ts';

const accepts: Service = { kind: 'stream', converse: (socket) => socket.resume() };

function scenario(name: string, service: Service, more: Partial<Scenario> = {}): Scenario {
  return { checker: 'TCP_CHECK', name, service, lines: [], ...more };
}

export const streamScenarios: readonly Scenario[] = [
  scenario('accepts', accepts),
  scenario('refuses', nobody),
  scenario('accepts and closes', { kind: 'stream', converse: (socket) => socket.end() }),
  scenario(
    'accepts and resets',
    {
      kind: 'stream',
      converse: (socket) => socket.resetAndDestroy(),
    },
    {
      unsteady:
        'a reset that is there before keepalived looks is a failure; here the connection that was made counts',
    },
  ),
  scenario('talks at once', {
    kind: 'stream',
    converse: (socket) => socket.write('220 hello\r\n'),
  }),
  scenario('floods', { kind: 'stream', converse: (socket) => socket.write('x'.repeat(4e6)) }),
  scenario('accepts over IPv6', accepts, { address: '::1' }),
  scenario('refuses over IPv6', nobody, { address: '::1' }),
  scenario('a datagram socket alone', { kind: 'datagram', answer: () => undefined }),
  scenario('swallows packets', nobody, { address: addresses.silent }),
  scenario('a router says host unreachable', nobody, { address: addresses.hostUnreachable }),
  scenario('a router says prohibited', nobody, { address: addresses.prohibited }),
  scenario('no route here', nobody, { address: addresses.noRoute }),
  scenario('a route that is unreachable here', nobody, { address: addresses.localUnreachable }),
  scenario('another address', accepts, { address: '127.0.0.9', lines: ['connect_ip 127.0.0.1'] }),
  scenario('another port', accepts, { lines: ['connect_port 1'] }),
  scenario('from an address', accepts, { lines: ['bindto 127.0.0.7'] }),
  scenario('from an address that is not here', accepts, { lines: ['bindto 192.0.2.77'] }),
  scenario('from a port', accepts, { lines: ['bind_port 41001'] }),
  scenario('by an interface', accepts, { lines: ['bind_if lo'] }),
  scenario('by the wrong interface', accepts, { lines: [`bind_if ${addresses.link}`] }),
  scenario('with a mark', accepts, { lines: ['fwmark 7'] }),
  scenario('a short timeout', accepts, { lines: ['connect_timeout 0.5'] }),
];
