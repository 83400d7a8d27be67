/** MISC_CHECK: how a program ends. */
import { nobody, type Scenario } from './scenario.ts';

function scenario(name: string, path: string, lines: readonly string[] = []): Scenario {
  return {
    checker: 'MISC_CHECK',
    name,
    service: nobody,
    lines: [`misc_path ${path}`, 'user root', 'misc_timeout 2', ...lines],
  };
}

/** A shell would read a number in quotes anew, so the program is told in a file. */
function ending(name: string, script: string, lines: readonly string[] = []): Scenario {
  return scenario(name, `"/bin/sh -c '${script}'"`, lines);
}

const dynamic = ['misc_dynamic'];

export const miscScenarios: readonly Scenario[] = [
  ending('ends well', 'exit 0'),
  ending('ends with 1', 'exit 1'),
  ending('ends with 2', 'exit 2'),
  ending('ends with 255', 'exit 255'),
  ending('ends well, dynamic', 'exit 0', dynamic),
  ending('ends with 1, dynamic', 'exit 1', dynamic),
  ending('ends with 2, dynamic', 'exit 2', dynamic),
  ending('ends with 3, dynamic', 'exit 3', dynamic),
  ending('ends with 102, dynamic', 'exit 102', dynamic),
  ending('ends with 255, dynamic', 'exit 255', dynamic),
  ending('is killed', 'kill -9 $$'),
  ending('is killed, dynamic', 'kill -9 $$', dynamic),
  ending('takes too long', 'sleep 20'),
  ending('takes too long and is deaf', 'trap "" TERM; while :; do sleep 9; done'),
  ending('leaves a child behind', 'sleep 9 & exit 0'),
  ending('floods its output', 'yes | head -c 5000000; exit 0'),
  ending('floods its output for ever', 'yes'),
  ending('reads its input', 'read x; exit $?'),
  ending('stops itself', 'kill -STOP $$'),
  scenario('no such program', '"/usr/bin/no-such-check"'),
  {
    ...scenario('not executable', '"/etc/hostname"'),
    reason:
      'keepalived drops the check and so takes the server for up; what cannot be asked is not up here',
  },
  scenario('a folder', '"/tmp"'),
  scenario('a program alone', '"/bin/true"'),
  scenario('a program alone that fails', '"/bin/false"'),
  scenario('words in quotes', `"/usr/bin/test 'a b' = 'a b'"`),
];
