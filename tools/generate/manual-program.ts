/** man/holdfast.8: the commands, their options, files and exit codes. */

import { defaultConfigurations } from '../../src/cli/surroundings.ts';
import { version } from '../../src/cli/version.ts';
import { type CommandFacts, commandFacts, programDoc } from './command-line.ts';
import type { Document } from './document.ts';
import { bold, heading, roff, section, subsection, tagged } from './roff.ts';

export function manualOfProgram(): Document {
  const commands = commandFacts().filter(({ isGroup }) => !isGroup);
  const lines = [
    ...heading('HOLDFAST', 8, version),
    section('NAME'),
    roff('holdfast - keeps a service address alive'),
    section('SYNOPSIS'),
    ...commands.flatMap(({ usage }) => [`${bold('holdfast')} ${roff(usage)}`, '.br']),
    section('DESCRIPTION'),
    roff(`${programDoc}.`),
    roff('Several hosts elect who owns an address; when that one fails, another takes it over.'),
    section('COMMANDS'),
    ...commands.flatMap(commandLines),
    section('FILES'),
    ...defaultConfigurations.flatMap((path) =>
      tagged(bold(path), [roff('The configuration, where none is named.')]),
    ),
    ...tagged(bold('/run/holdfast'), [
      roff('Everything that the daemon writes; another one with --state-dir.'),
    ]),
    section('ENVIRONMENT'),
    ...tagged(bold('HOLDFAST_STATE_DIR'), [roff('The same as --state-dir.')]),
    ...tagged(bold('NO_COLOR'), [roff('Nothing is coloured.')]),
    section('EXIT STATUS OF THE DAEMON'),
    ...exits.flatMap(([code, words]) => tagged(bold(code), [roff(words)])),
    section('SIGNALS'),
    ...signals.flatMap(([name, words]) => tagged(bold(name), [roff(words)])),
    section('SEE ALSO'),
    `${bold('holdfast.conf')}(5)`,
  ];
  return { path: 'man/holdfast.8', text: `${lines.join('\n')}\n` };
}

const exits: readonly (readonly [string, string])[] = [
  ['0', 'It was stopped.'],
  ['1', 'It could not begin, or the command line was not understood.'],
  ['2', 'The configuration has errors.'],
  ['4', 'It may not do what it has to.'],
  ['6', 'There is no configuration.'],
  ['70', 'A part of it broke.'],
];

const signals: readonly (readonly [string, string])[] = [
  ['SIGTERM, SIGINT', 'Stops in good order: peers are told, addresses are removed.'],
  ['SIGHUP', 'Reads the configuration again; one with errors changes nothing.'],
];

function commandLines({ usage, doc, options }: CommandFacts): readonly string[] {
  return [
    subsection(`holdfast ${usage}`),
    roff(`${doc.charAt(0).toUpperCase()}${doc.slice(1)}.`),
    ...options.flatMap((option) => {
      const words = option.choices.length === 0 ? '' : ` One of ${option.choices.join(', ')}.`;
      const sentence = `${option.doc.charAt(0).toUpperCase()}${option.doc.slice(1)}.${words}`;
      return tagged(bold(option.flags), [roff(sentence)]);
    }),
  ];
}
