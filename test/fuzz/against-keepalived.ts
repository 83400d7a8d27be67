/**
 * Generated files against the keepalived that is installed here: who refuses what, and whether every line that it
 * complains about has a complaint of ours, or a written reason.
 *
 *   node test/fuzz/against-keepalived.ts --count 2000 --seed 1 [--show SEED]
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/base/random.ts';
import type { BlockSchema } from '../../src/config/schema.ts';
import { root } from '../../src/language/sections/root.ts';
import { compare } from '../facts/compare.ts';
import { generate } from './generate.ts';
import { isInstalled, type Packaged, packaged, runsInside } from './packaged.ts';

interface Kind {
  count: number;
  readonly seed: number;
  readonly line: number | undefined;
}

/** Keywords, by their path, that this release does not know where our table has them. */
function unknownPaths({ ask }: Packaged): ReadonlySet<string> {
  const unknown = new Set<string>();
  const visit = (schema: BlockSchema<unknown>, path: string, around: readonly string[]): void => {
    for (const { name, field } of schema.declared) {
      if (field.extension === true) continue;
      const head = `${name} ${field.example}${field.kind === 'section' ? ' {\n}' : ''}`;
      const text = around.reduceRight((inner, outer) => `${outer} {\n${inner}\n}`, head);
      const { complaints } = ask('probe', `${text}\n`);
      if (complaints.some((each) => each.text === `Unknown keyword '${name}'`)) {
        unknown.add(`${path}/${name}`);
      } else if (field.kind === 'section') {
        visit(field.block, `${path}/${name}`, [...around, `${name} ${field.example}`]);
      }
    }
  };
  visit(root, '(root)', []);
  return unknown;
}

function kindOf(text: string): string {
  return text
    .replace(/'[^']*'|"[^"]*"|\[[^\]]*\]|\([^)]*\)/g, '…')
    .replace(/\d+(\.\d+)*/g, 'N')
    .replace(/\b(eth|VI_|check)\S*/g, 'X');
}

interface Campaign {
  readonly count: number;
  readonly seed: number;
}

function run(campaign: Campaign, keepalived: Packaged): void {
  const unknown = unknownPaths(keepalived);
  process.stdout.write(`this release does not know: ${[...unknown].join(' ')}\n`);
  const open = new Map<string, Kind>();
  const note = (key: string, seed: number, line?: number): void => {
    const known = open.get(key);
    if (known === undefined) open.set(key, { count: 1, seed, line });
    else known.count += 1;
  };
  let complaints = 0;
  for (let seed = campaign.seed; seed < campaign.seed + campaign.count; seed += 1) {
    const text = generate(createRandom(seed), (path) => !unknown.has(path));
    const verdict = keepalived.ask(String(seed), text);
    const { answers, refused, lenient, errors } = compare(text, verdict);
    complaints += answers.length;
    if (refused) note(`REFUSED ${errors[0]?.code}: ${kindOf(errors[0]?.message ?? '')}`, seed);
    if (lenient) note(`ACCEPTED ${kindOf(verdict.complaints.at(-1)?.text ?? '')}`, seed);
    for (const { complaint, same, reason } of answers) {
      if (same.length === 0 && reason === undefined)
        note(kindOf(complaint.text), seed, complaint.line);
    }
  }
  for (const [key, { count, seed, line }] of [...open].sort((a, b) => b[1].count - a[1].count)) {
    process.stdout.write(
      `${count}\t${key}\tseed ${seed}${line === undefined ? '' : ` line ${line}`}\n`,
    );
  }
  const total = [...open.values()].reduce((sum, { count }) => sum + count, 0);
  process.stdout.write(
    `${campaign.count} files, ${complaints} complaints, ${total} without an answer\n`,
  );
  process.exitCode = total > 0 ? 1 : 0;
}

function show(seed: number, keepalived: Packaged): void {
  const unknown = unknownPaths(keepalived);
  const text = generate(createRandom(seed), (path) => !unknown.has(path));
  process.stdout.write(
    `${text
      .split('\n')
      .map((line, at) => `${at + 1}\t${line}`)
      .join('\n')}\n`,
  );
  const verdict = keepalived.ask(String(seed), text);
  process.stdout.write(`keepalived ${verdict.status}\n`);
  const { answers, errors } = compare(text, verdict);
  for (const { message, code } of errors) process.stdout.write(`error ${code}: ${message}\n`);
  for (const { complaint, same, reason } of answers) {
    const ours = same.map(({ code }) => code).join(' ') || `reason: ${reason ?? 'NONE'}`;
    process.stdout.write(`${complaint.line ?? '-'}: ${complaint.text}\n\t${ours}\n`);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
      show: { type: 'string' },
    },
  });
  if (!isInstalled) process.stdout.write('keepalived is not installed here\n');
  else if (!runsInside()) {
    const keepalived = packaged();
    if (values.show !== undefined) show(Number(values.show), keepalived);
    else run({ count: Number(values.count), seed: Number(values.seed) }, keepalived);
    keepalived.close();
  }
}
