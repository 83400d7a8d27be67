/** The commands that show a running daemon to other programs. */
import { type Command, Option } from 'commander';
import { stateDirectoryOption } from './state-directory-option.ts';

export function addDoorCommands(program: Command): void {
  program
    .command('metrics')
    .description('print metrics in the text form of Prometheus')
    .addOption(stateDirectoryOption())
    .action(async (options: { stateDir?: string }) => {
      const { metrics } = await import('./commands/metrics.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      process.exitCode = await metrics(stateDirectoryFrom(options.stateDir));
    });
  program
    .command('dump')
    .description("print what keepalived's signals write into files")
    .addOption(new Option('--json', 'the JSON form (signal 36)').conflicts('stats'))
    .addOption(new Option('--stats', 'the statistics (SIGUSR2); else the data (SIGUSR1)'))
    .addOption(stateDirectoryOption())
    .action(async (options: { json?: true; stats?: true; stateDir?: string }) => {
      const { dump } = await import('./commands/metrics.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      const kind = options.json === true ? 'json' : options.stats === true ? 'stats' : 'data';
      process.exitCode = await dump(kind, stateDirectoryFrom(options.stateDir));
    });
}
