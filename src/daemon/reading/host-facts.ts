/** What this host answers to the questions of a check against it. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseAddress } from '../../base/address.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { routeOf } from '../../engine/translation/failover-route.ts';
import { createRuleReader } from '../../engine/translation/failover-rule.ts';
import { checkHost } from '../../language/host-rules/check.ts';
import { type HostFacts, hostQuestions, type LinkFacts } from '../../language/host-rules/facts.ts';
import { lineUses } from '../../language/host-rules/uses.ts';
import type { Configuration } from '../../language/load.ts';
import type { Model } from '../../language/model.ts';
import type { RouteLine } from '../../language/values/route-line.ts';
import type { RuleLine } from '../../language/values/rule-line.ts';
import { accountNamed } from '../scripts/account.ts';
import { hostFinder } from '../scripts/host-finder.ts';
import { located } from '../scripts/prepare.ts';
import { inspect } from '../scripts/security.ts';
import { routingNamesHere } from './routing-names.ts';

export function checkAgainstHost(configuration: Configuration): readonly Diagnostic[] {
  const { users, programs } = hostQuestions(configuration.model);
  const facts: HostFacts = {
    links: linksHere(),
    addresses: addressesHere(),
    unnamed: unnamedIn(configuration.model),
    users: new Set(users.filter((user) => accountNamed(user, undefined) !== undefined)),
    programs: new Map(
      programs.map((path) => [path, inspect(located(path, hostFinder), hostFinder)]),
    ),
  };
  return checkHost(configuration, facts);
}

/** Of interfaces that are up. */
function addressesHere(): HostFacts['addresses'] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return new Set(all.flatMap(({ address }) => parseAddress(address.replace(/%.*/, '')) ?? []));
}

function unnamedIn(model: Model): HostFacts['unnamed'] {
  const { iproute_usr_dir: vendor, iproute_etc_dir: administrator } = model.global_defs;
  const names = routingNamesHere({ vendor, administrator });
  const readRule = createRuleReader(names);
  const found = new Map<RouteLine | RuleLine, string>();
  for (const use of lineUses(model)) {
    const read = use.what === 'route' ? routeOf(use.line, names) : readRule(use.line);
    if (typeof read === 'string') found.set(use.line, read);
  }
  return found;
}

/** Of the network namespace that this process is in; /sys would show that of whoever mounted it. */
function linksHere(): ReadonlyMap<string, LinkFacts> {
  const lines = readFileSync('/proc/net/dev', 'utf8').split('\n').slice(2);
  const names = lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  return new Map(names.map((name) => [name, { loopback: name === 'lo' }]));
}
