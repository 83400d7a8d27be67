/** From a configured command to one that can be run: its program found, its user known, its safety judged. */
import type {
  CommandModel,
  RunAs,
  SecurityModel,
} from '../../engine/translation/supervisor-model.ts';
import type { Account, Command } from './command.ts';
import { type FileFinder, type Finding, inspect, renderFinding } from './security.ts';

export type Preparation =
  | { readonly kind: 'ready'; readonly command: Command; readonly warnings: readonly string[] }
  /** It must not or cannot run, and why, with what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface Host {
  readonly finder: FileFinder;
  account(user: string, group: string | undefined): Account | undefined;
}

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const defaultUser = 'keepalived_script';
/** Bash understands `[[ ... ]]`, which a plain /bin/sh takes for the name of a program. */
const bash = '/bin/bash';

export function prepareCommand(
  model: CommandModel,
  security: SecurityModel,
  host: Host,
): Preparation {
  const who = accountFor(model.runAs, security, host);
  if (who.kind === 'unknown') {
    const reason = `the host knows no user ${who.name}: create it, or correct the configuration, and reload`;
    return { kind: 'refused', reason };
  }
  const words = model.input === undefined ? model.argv : [...model.argv, model.input];
  const program = located(words[0] ?? '', host.finder);
  const argv = bashWhereNeeded([program, ...words.slice(1)], model, host.finder);
  const command: Command = {
    argv,
    ...(security.asWritten === true || model.shell ? {} : resolvedFile(program, host.finder)),
    user: who.account && {
      ...who.account,
      ...(security.allGroups === true ? { allGroups: true } : {}),
    },
  };
  const isRoot = who.account === undefined || who.account.uid === 0;
  const warnings: string[] = [];
  for (const path of [program, ...(model.input === undefined ? [] : [model.input])]) {
    const finding = inspectFor(path, path === model.input, host.finder);
    if (finding.kind === 'missing' || finding.kind === 'not-executable') {
      return { kind: 'refused', reason: `${renderFinding(finding)}: put that right, then reload` };
    }
    if (finding.kind !== 'writable' || !isRoot) continue;
    if (security.enforce) return { kind: 'refused', reason: renderFinding(finding) };
    warnings.push(`${renderFinding(finding)} (enable_script_security would refuse it)`);
  }
  return { kind: 'ready', command, warnings };
}

/** So that a link that is laid elsewhere later is not followed unasked. */
function resolvedFile(program: string, finder: FileFinder): { readonly file?: string } {
  const file = finder.resolve(program);
  return file === undefined || file === program ? {} : { file };
}

/** What a shell only reads need not be executable. */
function inspectFor(path: string, isInput: boolean, finder: FileFinder): Finding {
  const finding = inspect(path, finder);
  return isInput && finding.kind === 'not-executable' ? { kind: 'trusted' } : finding;
}

function accountFor(
  runAs: RunAs,
  { scriptUser }: SecurityModel,
  host: Host,
):
  | { readonly kind: 'known'; readonly account: Account | undefined }
  | { readonly kind: 'unknown'; readonly name: string } {
  const named = runAs.user === undefined ? scriptUser : runAs;
  if (named?.user === undefined) {
    return { kind: 'known', account: host.account(defaultUser, undefined) };
  }
  const account = host.account(named.user, named.group);
  if (account !== undefined) return { kind: 'known', account };
  return { kind: 'unknown', name: [named.user, named.group].filter(Boolean).join(' or group ') };
}

/** The whole path of a program that is named without one. */
export function located(program: string, finder: FileFinder): string {
  if (program.includes('/')) return program;
  return (
    searchPath
      .map((directory) => `${directory}/${program}`)
      .find((path) => finder.facts(path) !== undefined) ?? program
  );
}

function bashWhereNeeded(
  argv: readonly string[],
  model: CommandModel,
  finder: FileFinder,
): readonly string[] {
  if (!model.shell || !model.argv.some((word) => word.includes('[['))) return argv;
  return finder.resolve(bash) === undefined ? argv : [bash, ...argv.slice(1)];
}
