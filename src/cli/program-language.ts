/** The commands that read the table of keywords and need no daemon. */
import type { Command } from 'commander';

export function addLanguageCommands(program: Command): void {
  addFmt(program);
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
