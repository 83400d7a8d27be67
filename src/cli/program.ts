/** The command line of people: every command with its help. Each command's own code is loaded when it is called. */
import { Command, Option } from 'commander';
import { addBalancingCommands } from './program-balancing.ts';
import { addDoorCommands } from './program-doors.ts';
import { addHostCommands } from './program-host.ts';
import { addLanguageCommands } from './program-language.ts';
import { addReloadCommands } from './program-reload.ts';
import { addServerCommand } from './program-server.ts';
import { stateDirectoryOption } from './state-directory-option.ts';
import { version } from './version.ts';

interface CheckWords {
  readonly strict?: true;
  readonly format: string;
  readonly host?: true;
  readonly cluster?: true;
}

export const program = new Command('holdfast')
  .description('Keeps a service address alive: VRRP failover that reads keepalived.conf')
  .version(`holdfast ${version}`, '-v, --version')
  .showHelpAfterError('(see holdfast --help)')
  .enablePositionalOptions();

program
  .command('run')
  .description('run the daemon in the foreground')
  .argument('[file]', 'the configuration')
  .option('-f, --use-file <file>', 'the same, as keepalived spells it')
  .addOption(stateDirectoryOption())
  .option('--syslog <facility>', 'to syslog as well: daemon, user, local0 to local7')
  .action(
    async (
      file: string | undefined,
      options: { useFile?: string; stateDir?: string; syslog?: string },
    ) => {
      const { run } = await import('./commands/run.ts');
      const { useFile, stateDir: stateDirectory, syslog } = options;
      await run({ file: useFile ?? file, stateDirectory, syslog });
    },
  );

program
  .command('check')
  .description('tell everything that is wrong with configuration files')
  .argument('<file...>')
  .option('--strict', 'take warnings for errors')
  .addOption(
    new Option('--format <format>', 'how to print')
      .choices(['terminal', 'line', 'json', 'sarif'])
      .default('terminal'),
  )
  .option('--host', 'look at this host too: interfaces, users, scripts')
  .option('--cluster', 'the files are those of the nodes of one cluster: compare them')
  .action(async (files: string[], options: CheckWords) => {
    const { check } = await import('./commands/check.ts');
    process.exitCode = await check({
      files,
      strict: options.strict ?? false,
      format: options.format,
      host: options.host ?? false,
      cluster: options.cluster ?? false,
    });
  });

program
  .command('status')
  .description('show what the running daemon is doing')
  .option('--services', 'the services that are balanced, and why each server is in or out')
  .option('--json', 'everything, for programs')
  .addOption(stateDirectoryOption())
  .action(async (options: { services?: true; json?: true; stateDir?: string }) => {
    const { status } = await import('./commands/status.ts');
    const { stateDirectoryFrom } = await import('./surroundings.ts');
    const stateDirectory = stateDirectoryFrom(options.stateDir);
    const json = options.json ?? false;
    if (options.services === undefined) {
      process.exitCode = await status({ stateDirectory, json });
      return;
    }
    const { services } = await import('./commands/services.ts');
    process.exitCode = await services({ stateDirectory, json });
  });

program
  .command('explain')
  .description(
    'tell why an instance, a service or a server is what it is, or what a diagnostic code means',
  )
  .argument('<name>', 'an instance, a service, a server, or a code such as vrrp.router-id-taken')
  .addOption(stateDirectoryOption())
  .action(async (name: string, options: { stateDir?: string }) => {
    const { explain } = await import('./commands/explain.ts');
    const { stateDirectoryFrom } = await import('./surroundings.ts');
    process.exitCode = await explain(name, stateDirectoryFrom(options.stateDir));
  });

addReloadCommands(program);
addServerCommand(program);
addDoorCommands(program);
addBalancingCommands(program);
addHostCommands(program);
addLanguageCommands(program);

export function parse(): Promise<Command> {
  // Whoever reads has seen enough (`holdfast status | head`).
  process.stdout.on('error', () => process.exit());
  return program.parseAsync();
}
