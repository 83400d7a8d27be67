/** The commands that look at a host, or change it, besides the daemon. */
import type { Command } from 'commander';
import { stateDirectoryOption } from './state-directory-option.ts';

interface RealServerWords {
  readonly vip?: readonly string[];
  readonly interface: string;
  readonly tunnel?: string | true;
  readonly undo?: true;
  readonly dryRun?: true;
  readonly stateDir?: string;
}

export function addHostCommands(program: Command): void {
  addRealServer(program);
  addDoctor(program);
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('find out why connections or failovers hang: looks at this host and tries things')
    .argument('[file]', 'the configuration; else the one of the running daemon')
    .option('--json', 'for programs')
    .addOption(stateDirectoryOption())
    .addHelpText('after', '\nExit status: 0 nothing found, 1 something found, 2 could not look.')
    .action(async (file: string | undefined, options: { json?: true; stateDir?: string }) => {
      const { doctor } = await import('./commands/doctor.ts');
      process.exitCode = await doctor({
        file,
        json: options.json ?? false,
        stateDirectory: options.stateDir,
      });
    });
}

function addRealServer(program: Command): void {
  program
    .command('realserver')
    .description('make this host a real server of DR or TUN: its addresses without ARP')
    .option('--vip <address>', 'the address of a service; may be given several times', collect)
    .option('--interface <name>', 'where the addresses go', 'lo')
    .option('--tunnel [device]', 'for TUN: what takes packets out of tunnels, tunl0 unless named')
    .option('--undo', 'bring back what was before; without --vip, for all addresses')
    .option('--dry-run', 'tell what would be done, and do nothing')
    .addOption(stateDirectoryOption())
    .addHelpText(
      'after',
      '\nIt may be repeated: what is as it should be is left alone.\n\nExit status: 0 done, 1 refused or failed.',
    )
    .action(async (options: RealServerWords) => {
      const { realserver } = await import('./commands/realserver.ts');
      const { stateDirectoryFrom } = await import('./surroundings.ts');
      process.exitCode = await realserver({
        addresses: options.vip ?? [],
        interface: options.interface,
        tunnel: options.tunnel === true ? 'tunl0' : options.tunnel,
        undo: options.undo ?? false,
        dryRun: options.dryRun ?? false,
        stateDirectory: stateDirectoryFrom(options.stateDir),
      });
    });
}

function collect(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word];
}
