/** PING_CHECK: who answers an echo request. */
import { addresses } from './network.ts';
import { nobody, type Scenario } from './scenario.ts';

const bound = 'keepalived binds the socket of a ping to nothing, here it is bound as is written';

function scenario(name: string, address: string, lines: readonly string[] = []): Scenario {
  return { checker: 'PING_CHECK', name, service: nobody, lines, address };
}

export const pingScenarios: readonly Scenario[] = [
  scenario('this host', '127.0.0.1'),
  scenario('this host over IPv6', '::1'),
  scenario('another host', addresses.router),
  scenario('silence', addresses.silent),
  scenario('a router says host unreachable', addresses.hostUnreachable),
  scenario('a router says prohibited', addresses.prohibited),
  scenario('no route here', addresses.noRoute),
  scenario('unreachable here', addresses.localUnreachable),
  scenario('nobody on the link', '10.99.0.77'),
  scenario('another address', '127.0.0.9', [`connect_ip ${addresses.router}`]),
  scenario('from an address', '127.0.0.1', ['bindto 127.0.0.7']),
  {
    ...scenario('from an address that is not here', '127.0.0.1', ['bindto 192.0.2.77']),
    reason: bound,
  },
  scenario('by an interface', addresses.router, [`bind_if ${addresses.link}`]),
  { ...scenario('by the wrong interface', addresses.router, ['bind_if lo']), reason: bound },
  scenario('with a mark', '127.0.0.1', ['fwmark 7']),
  scenario('with a short timeout', addresses.router, ['connect_timeout 0.5']),
];
