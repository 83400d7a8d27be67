/** The commands around a change of configuration: see it, make it, keep it or take it back. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Duration, seconds } from '../base/units.ts';
import { stateDirectoryOption } from './state-directory-option.ts';

export function addReloadCommands(program: Command): void {
  addPlan(program);
  addReload(program);
  addConfirm(program);
  addRollback(program);
}

function addPlan(program: Command): void {
  program
    .command('plan')
    .description('tell what a reload would do, without doing it')
    .argument('<file...>', 'the new configuration; two files are compared without a daemon')
    .option('--json', 'the whole plan, for programs')
    .addOption(stateDirectoryOption())
    .addHelpText(
      'after',
      '\nExit status: 0 whether anything would change or not, 1 where the new file would be refused or no daemon answers.',
    )
    .action(async (files: string[], options: { json?: true; stateDir?: string }) => {
      const { plan } = await import('./commands/plan.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      process.exitCode = await plan({
        files,
        json: options.json ?? false,
        stateDirectory: stateDirectoryFrom(options.stateDir),
      });
    });
}

function addReload(program: Command): void {
  program
    .command('reload')
    .description('make the running daemon read its configuration again')
    .option(
      '--confirm <time>',
      'take the new configuration back after this time (60s, 5m) unless "holdfast confirm" comes',
      duration,
    )
    .option('--json', 'what was done, for programs')
    .addOption(stateDirectoryOption())
    .action(async (options: { confirm?: Duration; json?: true; stateDir?: string }) => {
      const { reload } = await import('./commands/reload.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      process.exitCode = await reload({
        within: options.confirm,
        json: options.json ?? false,
        stateDirectory: stateDirectoryFrom(options.stateDir),
      });
    });
}

function addConfirm(program: Command): void {
  program
    .command('confirm')
    .description('keep the configuration that was loaded with "holdfast reload --confirm"')
    .addOption(stateDirectoryOption())
    .action(async (options: { stateDir?: string }) => {
      const { confirm } = await import('./commands/confirm.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      process.exitCode = await confirm('confirm', stateDirectoryFrom(options.stateDir));
    });
}

function addRollback(program: Command): void {
  program
    .command('rollback')
    .description('take the configuration back at once that waits for "holdfast confirm"')
    .addOption(stateDirectoryOption())
    .action(async (options: { stateDir?: string }) => {
      const { confirm } = await import('./commands/confirm.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      process.exitCode = await confirm('rollback', stateDirectoryFrom(options.stateDir));
    });
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };
const longest = 24 * 3_600;

/** `60`, `60s`, `1.5m`, `2h`. */
function duration(text: string): Duration {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h|)$/.exec(text) ?? [];
  const length = Number(count) * (units[unit] ?? 0);
  if (length >= 1 && length <= longest) return seconds(length);
  throw new InvalidArgumentError('A time from 1s to 24h, such as 60s or 5m.');
}
