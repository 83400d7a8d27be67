/**
 * The test command: every tier that this host can run, and a name for each one that it cannot.
 *
 *   npm test                    all tiers
 *   npm test -- unit peers      these
 *   npm test -- --packages      Debian packages that would let more tiers run, and nothing else
 */
import { conclude, type Result } from './runner/report.ts';
import { runTier } from './runner/tally.ts';
import { filesOf, orphans, type Tier, tiers, totalLimit, unmet } from './runner/tier.ts';

const print = (text: string) => process.stdout.write(text);
const words = process.argv.slice(2);

if (words.includes('--packages')) {
  const wanted = tiers.flatMap(unmet).flatMap((need) => need.package ?? []);
  print([...new Set(wanted)].map((name) => `${name}\n`).join(''));
} else {
  process.exitCode = (await runTiers(words)) ? 0 : 1;
}

async function runTiers(names: readonly string[]): Promise<boolean> {
  const unknown = names.filter((name) => !tiers.some((tier) => tier.name === name));
  if (unknown.length > 0) {
    print(
      `no tier is called ${unknown.join(', ')}: ${tiers.map((tier) => tier.name).join(', ')}\n`,
    );
    return false;
  }
  const lost = orphans();
  if (lost.length > 0) {
    print(`no tier runs ${lost.join(', ')}: move it, or name its folder in test/runner/tier.ts\n`);
    return false;
  }
  const results: Result[] = [];
  for (const tier of tiers) {
    if (names.length === 0 || names.includes(tier.name)) results.push(await runOne(tier));
  }
  const verdict = conclude(results, process.env.CI === 'true');
  print(`\n${verdict.lines.join('\n')}\n`);
  return verdict.ok;
}

async function runOne(tier: Tier): Promise<Result> {
  print(`\n== ${tier.name}: ${tier.what}\n`);
  const files = filesOf(tier);
  if (files.length === 0) return { kind: 'empty', tier: tier.name };
  const needs = unmet(tier);
  if (needs.length > 0) return { kind: 'cannot', tier: tier.name, needs };
  const left = totalLimit - performance.now() / 1000;
  const limit = Math.max(1, Math.min(tier.limit, left));
  const tally = await runTier({ ...tier, limit }, files, print);
  for (const name of tally.skipped) print(`skipped ${name}\n`);
  return { kind: 'ran', tier: tier.name, tally };
}
