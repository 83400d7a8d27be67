/** The file that both read: a service for each scenario, with one server that starts down. */
import type { Scenario } from './scenario.ts';
import { portOf } from './stage.ts';

export function serviceAddress(index: number): string {
  return `10.98.${index >> 8}.${index & 255}`;
}

export function configurationOf(scenarios: readonly Scenario[]): string {
  const services = scenarios.map(({ checker, lines, address }, index) => {
    const isShort = lines.some((line) => line.startsWith('connect_timeout'));
    const timed = checker === 'MISC_CHECK' || isShort ? [] : ['connect_timeout 3'];
    const otherPort = lines.includes('connect_port 1');
    const own = lines.map((line) =>
      line === 'connect_port 1' ? `connect_port ${portOf(index)}` : line,
    );
    const serverAddress = address ?? '127.0.0.1';
    const isIpv6 = serverAddress.includes(':');
    // IPVS mixes families in tunnels alone.
    return `virtual_server ${serviceAddress(index)} 80 {
  delay_loop 5
  delay_before_retry 0.5
  warmup 4
  alpha
  lvs_sched rr
  lvs_method ${isIpv6 ? 'TUN' : 'NAT'}
  protocol TCP
  real_server ${serverAddress} ${otherPort ? 9 : isIpv6 ? 80 : portOf(index)} {
    weight 10
    ${checker} {
      ${[...timed, ...(isIpv6 && !otherPort ? [`connect_port ${portOf(index)}`] : []), ...own].join('\n      ')}
    }
  }
}
`;
  });
  return `global_defs {\n  checker_log_all_failures\n  script_user root\n}\n${services.join('')}`;
}
