/** What this host answers to the questions of a check against it. */
import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { checkHost } from '../../language/host-rules/check.ts';
import { type HostFacts, hostQuestions, type LinkFacts } from '../../language/host-rules/facts.ts';
import type { Configuration } from '../../language/load.ts';
import { accountNamed } from '../scripts/account.ts';
import { hostFinder } from '../scripts/host-finder.ts';
import { located } from '../scripts/prepare.ts';
import { inspect } from '../scripts/security.ts';

export function checkAgainstHost(configuration: Configuration): readonly Diagnostic[] {
  const { users, programs } = hostQuestions(configuration.model);
  const facts: HostFacts = {
    links: linksHere(),
    users: new Set(users.filter((user) => accountNamed(user, undefined) !== undefined)),
    programs: new Map(
      programs.map((path) => [path, inspect(located(path, hostFinder), hostFinder)]),
    ),
  };
  return checkHost(configuration, facts);
}

/** Of the network namespace that this process is in; /sys would show that of whoever mounted it. */
function linksHere(): ReadonlyMap<string, LinkFacts> {
  const lines = readFileSync('/proc/net/dev', 'utf8').split('\n').slice(2);
  const names = lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  return new Map(names.map((name) => [name, { loopback: name === 'lo' }]));
}
