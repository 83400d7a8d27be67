/** Our table before there is any service in it. */
import type { Family } from '../../base/address.ts';
import { commentBytes } from './attribute.ts';
import { type BaseChain, baseChains, type FlowTimeouts } from './base-chains.ts';
import type { Command } from './command.ts';
import { digest, hexOf } from './digest.ts';
import { encodeExpressions } from './expression.ts';
import { SETS } from './layout.ts';
import { ruleComment } from './service-change.ts';

export function tableCommands(family: Family, timeouts: FlowTimeouts): readonly Command[] {
  const chains = baseChains(family, timeouts);
  return [
    { kind: 'add-table' },
    ...SETS.map((shape): Command => ({ kind: 'add-set', shape })),
    ...chains.map(({ name, hook }): Command => ({ kind: 'add-chain', name, hook })),
    ...chains.flatMap(baseRules),
  ];
}

/** Their comments are sums over the rules themselves, so that other timeouts are other rules. */
export function baseRuleComments({ rules }: BaseChain): readonly string[] {
  const whole = rules.map((rule) => hexOf(encodeExpressions(rule))).join('\n');
  const print = hexOf(digest(whole));
  return rules.map((_, index) => ruleComment(print, index, rules.length));
}

/** Empties chains that are there, and fills them anew. */
export function rewrite(chains: readonly BaseChain[]): readonly Command[] {
  return chains.flatMap((chain): readonly Command[] => [
    { kind: 'flush-chain', name: chain.name },
    ...baseRules(chain),
  ]);
}

function baseRules(chain: BaseChain): readonly Command[] {
  const comments = baseRuleComments(chain);
  return chain.rules.map((expressions, index) => ({
    kind: 'add-rule',
    chain: chain.name,
    expressions,
    userdata: commentBytes(comments[index] ?? ''),
  }));
}
