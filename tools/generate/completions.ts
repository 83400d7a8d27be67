/** Completion scripts for three shells. */
import { allCodes } from '../../src/language/codes.ts';
import { type CommandFacts, commandFacts, type OptionFacts } from './command-line.ts';
import { type Document, origin } from './document.ts';

export function completions(): readonly Document[] {
  const commands = commandFacts();
  return [
    { path: 'completions/holdfast.bash', text: bash(commands) },
    { path: 'completions/holdfast.zsh', text: zsh(commands) },
    { path: 'completions/holdfast.fish', text: fish(commands) },
  ];
}

const codes = Object.keys(allCodes).toSorted().join(' ');

/** The words that may follow `name`: its subcommands. */
function wordsUnder(commands: readonly CommandFacts[], name: string): readonly CommandFacts[] {
  const depth = name === '' ? 1 : name.split(' ').length + 1;
  return commands.filter(
    (command) =>
      command.name.split(' ').length === depth &&
      (name === '' || command.name.startsWith(`${name} `)),
  );
}

const lastWord = (name: string): string => name.split(' ').at(-1) ?? name;

function bash(commands: readonly CommandFacts[]): string {
  const groups = commands.filter(({ isGroup }) => isGroup);
  const top = wordsUnder(commands, '').map(({ name }) => name);
  return `# ${origin}
_holdfast() {
    local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "${[...top, 'help', '--help', '--version'].join(' ')}" -- "$word"))
        return
    fi
${groups.map((group) => bashGroup(commands, group)).join('')}    case "$command $previous" in
${commands.flatMap(bashArguments).join('')}    esac
    case "$command" in
${commands
  .filter(({ isGroup }) => !isGroup)
  .map(bashCommand)
  .join('')}    esac
}
complete -F _holdfast holdfast
`;
}

function bashGroup(commands: readonly CommandFacts[], { name }: CommandFacts): string {
  const words = wordsUnder(commands, name).map((inner) => lastWord(inner.name));
  return `    if [ "$command" = ${name} ]; then
        if [ "$COMP_CWORD" -eq 2 ]; then
            COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word"))
            return
        fi
        command="${name} \${COMP_WORDS[2]}"
    fi
`;
}

function bashArguments({ name, options }: CommandFacts): readonly string[] {
  return options
    .filter(({ takes }) => takes !== 'nothing')
    .map(({ long, short, takes, choices }) => {
      const patterns = [long, short]
        .filter((flag) => flag !== undefined)
        .map((flag) => `'${name} ${flag}'`);
      const reply =
        takes === 'choice' ? `-W "${choices.join(' ')}"` : takes === 'directory' ? '-d' : '-f';
      const action = takes === 'word' ? '' : `COMPREPLY=($(compgen ${reply} -- "$word")); `;
      return `        ${patterns.join(' | ')}) ${action}return ;;\n`;
    });
}

function bashCommand({ name, options, takesFiles }: CommandFacts): string {
  const flags = [...options.flatMap(({ long }) => long ?? []), '--help'].join(' ');
  const rest = takesFiles
    ? 'COMPREPLY=($(compgen -f -- "$word"))'
    : name === 'explain'
      ? `COMPREPLY=($(compgen -W "${codes}" -- "$word"))`
      : ':';
  return `        '${name}')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "${flags}" -- "$word")) ;;
                *) ${rest} ;;
            esac
            ;;
`;
}

function zsh(commands: readonly CommandFacts[]): string {
  return `#compdef holdfast
# ${origin}
_holdfast() {
    local context state state_descr line
    typeset -A opt_args
    _arguments -C '1: :->command' '*:: :->words'
    case $state in
        command) _values command ${wordsUnder(commands, '').map(zshValue).join(' ')} ;;
        words)
            case $words[1] in
${wordsUnder(commands, '')
  .map((command) => zshCommand(commands, command))
  .join('')}            esac
            ;;
    esac
}
_holdfast "$@"
`;
}

function zshValue({ name, doc }: CommandFacts): string {
  return `'${lastWord(name)}[${zshText(doc)}]'`;
}

function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, (sign) => `\\${sign}`);
}

function zshCommand(commands: readonly CommandFacts[], command: CommandFacts): string {
  const { name, options, takesFiles } = command;
  const start = `                ${lastWord(name)}) `;
  if (!command.isGroup) {
    const rest = takesFiles ? "'*:file:_files'" : name === 'explain' ? `'*:name:(${codes})'` : '';
    return `${start}_arguments ${[...options.map(zshOption), rest].join(' ').trim()} ;;\n`;
  }
  const inner = wordsUnder(commands, name);
  return `${start}
                    _arguments -C '1: :->command' '*:: :->words'
                    case $state in
                        command) _values command ${inner.map(zshValue).join(' ')} ;;
                        words)
                            case $words[1] in
${inner.map((each) => zshCommand(commands, each)).join('')}                            esac
                            ;;
                    esac
                    ;;
`;
}

function zshOption({ long, doc, takes, choices }: OptionFacts): string {
  const flag = `${long ?? ''}[${zshText(doc)}]`;
  switch (takes) {
    case 'nothing':
      return `'${flag}'`;
    case 'choice':
      return `'${flag}:word:(${choices.join(' ')})'`;
    case 'file':
      return `'${flag}:file:_files'`;
    case 'directory':
      return `'${flag}:directory:_files -/'`;
    case 'word':
      return `'${flag}:word:'`;
  }
}

function fish(commands: readonly CommandFacts[]): string {
  const lines = [`# ${origin}`, 'complete -c holdfast -f'];
  for (const command of wordsUnder(commands, '')) {
    lines.push(fishWord('__fish_use_subcommand', command));
    const seen = `__fish_seen_subcommand_from ${command.name}`;
    const inner = wordsUnder(commands, command.name);
    for (const each of inner) lines.push(fishWord(seen, each), ...fishOptions(seen, each));
    lines.push(...fishOptions(seen, command));
    if (command.name === 'explain') lines.push(`complete -c holdfast -n '${seen}' -a '${codes}'`);
  }
  return `${lines.join('\n')}\n`;
}

function fishWord(condition: string, { name, doc }: CommandFacts): string {
  return `complete -c holdfast -n '${condition}' -a ${lastWord(name)} -d ${fishText(doc)}`;
}

function fishOptions(condition: string, { options, takesFiles }: CommandFacts): readonly string[] {
  const lines = options.map(({ long, short, doc, takes, choices }) => {
    const names = `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${(long ?? '').slice(2)}`;
    const words = takes === 'choice' ? ` -xa '${choices.join(' ')}'` : '';
    const more = { nothing: '', choice: words, file: ' -rF', directory: ' -rF', word: ' -x' }[
      takes
    ];
    return `complete -c holdfast -n '${condition}'${names}${more} -d ${fishText(doc)}`;
  });
  return takesFiles ? [...lines, `complete -c holdfast -n '${condition}' -F`] : lines;
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
