/** The commands that read the table of keywords and need no daemon. */
import type { Command } from 'commander';
import { stateDirectoryOption } from './state-directory-option.ts';

export function addLanguageCommands(program: Command): void {
  addFmt(program);
  addShow(program);
  addLsp(program);
}

function addFmt(program: Command): void {
  program
    .command('fmt')
    .description('lay configuration files out anew; comments stay, and so does the meaning')
    .argument('[file...]', 'the files; none or - reads standard input')
    .option('--check', 'write nothing, name the files that would change, exit 1 if there are any')
    .option('--write', 'write each file in its place')
    .action(async (files: string[], options: { check?: true; write?: true }) => {
      const { fmt } = await import('./commands/fmt.ts');
      process.exitCode = fmt({
        files,
        check: options.check ?? false,
        write: options.write ?? false,
      });
    });
}

function addShow(program: Command): void {
  program
    .command('show')
    .description('show what a configuration comes to')
    .command('config')
    .description(
      'every value in effect, with the file and line it comes from; defaults in comments',
    )
    .argument('[file]', 'the configuration; else the one of the running daemon')
    .option('--json', 'for programs')
    .option('--no-defaults', 'only what is written')
    .addOption(stateDirectoryOption())
    .action(
      async (
        file: string | undefined,
        options: { json?: true; defaults: boolean; stateDir?: string },
      ) => {
        const { showConfig } = await import('./commands/show-config.ts');
        const { stateDirectoryFrom } = await import('./surroundings.ts');
        process.exitCode = await showConfig({
          file,
          json: options.json ?? false,
          defaults: options.defaults,
          stateDirectory: stateDirectoryFrom(options.stateDir),
        });
      },
    );
}

function addLsp(program: Command): void {
  program
    .command('lsp')
    .description('serve editors: diagnostics, completion, hover, definitions, formatting')
    .option('--stdio', 'over standard input and output, as it does anyway')
    .action(async () => {
      const { serveLanguage } = await import('./lsp/server.ts');
      serveLanguage();
    });
}
