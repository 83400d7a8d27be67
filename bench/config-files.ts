/** Files of any size with every line a statement: instances first, then services with their servers and checks. */

/** The largest file that users are known to run: so many services and servers on 100,000 lines. */
const largest = { services: 2_284, servers: 37_298, lines: 100_000 };
const linesOfInstance = 13;
const linesOfService = 7;

export interface Contents {
  readonly services: number;
  readonly servers: number;
  readonly instances: number;
  /** Addresses of all instances together, among them those of the services. */
  readonly addresses: number;
}

/** Contents in the proportions of the largest file that take about so many lines. */
export function contentsOf(lines: number): Contents {
  const share = lines / largest.lines;
  const services = Math.max(1, Math.round(largest.services * share));
  const servers = Math.max(1, Math.round(largest.servers * share));
  const rest = lines - services * linesOfService - servers * 2;
  const instances = Math.min(250, Math.max(1, Math.round(rest / linesOfInstance / 4)));
  return { services, servers, instances, addresses: rest - instances * linesOfInstance };
}

export function configurationOf(contents: Contents): string {
  const text = ['global_defs {', '    router_id bench', '    checker_log_all_failures false', '}'];
  const { services, servers, instances, addresses } = contents;
  for (let each = 0; each < instances; each += 1) {
    const held = share(addresses, instances, each);
    text.push(
      ...instance(
        each,
        held.map((number) => `        ${address(11, number)}/32`),
      ),
    );
  }
  for (let each = 0; each < services; each += 1) {
    text.push(...service(each, share(servers, services, each)));
  }
  return `${text.join('\n')}\n`;
}

function address(network: number, number: number): string {
  return `${network}.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

/** The numbers, from 1, that are the `part`th of `parts` shares of `count` things. */
function share(count: number, parts: number, part: number): readonly number[] {
  const from = Math.floor((part * count) / parts);
  const until = Math.floor(((part + 1) * count) / parts);
  return Array.from({ length: until - from }, (_, at) => from + at + 1);
}

function instance(number: number, held: readonly string[]): string[] {
  return [
    `vrrp_instance VI_${number} {`,
    '    state BACKUP',
    '    interface eth0',
    `    virtual_router_id ${number + 1}`,
    `    priority ${100 + (number % 100)}`,
    '    advert_int 1',
    '    authentication {',
    '        auth_type PASS',
    '        auth_pass hold1234',
    '    }',
    '    virtual_ipaddress {',
    ...held,
    '    }',
    '}',
  ];
}

function service(number: number, servers: readonly number[]): string[] {
  const text = [
    `virtual_server ${address(11, number + 1)} 80 {`,
    '    delay_loop 6',
    '    lb_algo wrr',
    '    lb_kind NAT',
    '    protocol TCP',
    '    persistence_timeout 50',
  ];
  for (const server of servers) {
    text.push(
      `    real_server ${address(12, server)} 80 {`,
      '        TCP_CHECK { connect_timeout 3 } }',
    );
  }
  text.push('}');
  return text;
}
