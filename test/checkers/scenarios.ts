/**
 * All of them, in an order that gives each its port. FILE_CHECK and BFD_CHECK are not here, since they ask no server:
 * what a file or a session says is judged in `src/engine/balancer`, and beside keepalived in `test/vm`.
 */
import { dnsScenarios } from './dns-scenarios.ts';
import { httpScenarios } from './http-scenarios.ts';
import { miscScenarios } from './misc-scenarios.ts';
import { pingScenarios } from './ping-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { smtpScenarios } from './smtp-scenarios.ts';
import { streamScenarios } from './stream-scenarios.ts';
import { tlsScenarios } from './tls-scenarios.ts';
import { udpScenarios } from './udp-scenarios.ts';

const scenarios: readonly Scenario[] = [
  ...streamScenarios,
  ...httpScenarios,
  ...tlsScenarios,
  ...smtpScenarios,
  ...dnsScenarios,
  ...udpScenarios,
  ...pingScenarios,
  ...miscScenarios,
];

export function chosen(word: string): readonly Scenario[] {
  return scenarios.filter(({ checker }) => checker.includes(word));
}
