/** The command that takes a real server out of the traffic, and lets it in again. */
import type { Command } from 'commander';
import { stateDirectoryOption } from './state-directory-option.ts';

export function addServerCommand(program: Command): void {
  program
    .command('server')
    .description('take a real server out of the traffic, or let it in again')
    .argument('<service>', 'the virtual server: 192.0.2.1:80, its group, or mark 5')
    .argument('<server>', 'the real server: 192.0.2.20:80')
    .argument('<order>', 'drain: no new connections; weight: this weight; enable: as configured')
    .argument('[weight]', 'from 0 to 2147483647, with weight')
    .addOption(stateDirectoryOption())
    .addHelpText(
      'after',
      '\nAn order holds over reloads until "enable" undoes it or the daemon stops.\n\nExit status: 0 ordered, 1 no daemon answered, or there is no such server.',
    )
    .action(
      async (
        service: string,
        server: string,
        order: string,
        weight: string | undefined,
        options: { stateDir?: string },
      ) => {
        const { orderServer } = await import('./commands/server.ts');
        const { stateDirectoryFrom } = await import('./surroundings.ts');
        process.exitCode = await orderServer({
          ...{ service, server, order, weight },
          stateDirectory: stateDirectoryFrom(options.stateDir),
        });
      },
    );
}
