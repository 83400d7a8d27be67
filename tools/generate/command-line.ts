/** The commands of the program, as its own help declares them. */
import type { Command, Option } from 'commander';
import { program } from '../../src/cli/program.ts';

export interface CommandFacts {
  /** `show config`. */
  readonly name: string;
  readonly usage: string;
  readonly doc: string;
  readonly options: readonly OptionFacts[];
  /** Whether files may stand behind it. */
  readonly takesFiles: boolean;
  /** Whether it is only there for the commands beneath it. */
  readonly isGroup: boolean;
}

export interface OptionFacts {
  /** `-f, --use-file <file>`. */
  readonly flags: string;
  readonly long: string | undefined;
  readonly short: string | undefined;
  readonly doc: string;
  readonly choices: readonly string[];
  readonly takes: 'nothing' | 'file' | 'directory' | 'choice' | 'word';
}

export const programDoc: string = program.description();

export function commandFacts(): readonly CommandFacts[] {
  return program.commands.flatMap((command) => factsOf(command, ''));
}

function factsOf(command: Command, before: string): readonly CommandFacts[] {
  const name = `${before}${command.name()}`;
  const inner = command.commands.flatMap((each) => factsOf(each, `${name} `));
  const takesFiles = command.registeredArguments.some((argument) => /file/i.test(argument.name()));
  return [
    {
      name,
      usage: `${name} ${command.usage()}`.trim(),
      doc: command.description(),
      options: command.options.map(optionFacts),
      takesFiles,
      isGroup: inner.length > 0,
    },
    ...inner,
  ];
}

function optionFacts(option: Option): OptionFacts {
  const choices = option.argChoices ?? [];
  return {
    flags: option.flags,
    long: option.long ?? undefined,
    short: option.short ?? undefined,
    doc: option.description,
    choices,
    takes: takesOf(option, choices.length > 0),
  };
}

function takesOf({ flags }: Option, hasChoices: boolean): OptionFacts['takes'] {
  if (!/[<[]/.test(flags)) return 'nothing';
  if (hasChoices) return 'choice';
  if (/<dir/.test(flags)) return 'directory';
  return /<file/.test(flags) ? 'file' : 'word';
}
