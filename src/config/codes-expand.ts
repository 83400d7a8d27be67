/** What conditions, parameters and repetitions can meet. */
import type { CodeTable } from './codes.ts';

const repeatDropped = 'keepalived reports the directive and ignores the line';

export const expandCodes = {
  'expand.unknown-name': {
    severity: 'warning',
    title: 'a parameter that is not defined',
    meaning: 'No definition of this name stands above its use, so the text stays as it is written.',
    keepalived: `keepalived hands the text to the keyword as it stands; \${NAME} falls apart at its braces`,
    silent: true,
    cure: 'Define the parameter above its first use with $NAME=text, or correct the name.',
    example: 'global_defs {\n    router_id $NODE\n}\n',
  },
  'expand.glued-name': {
    severity: 'warning',
    title: 'a parameter name without braces beside other text',
    meaning: 'The name is replaced, though other text follows it directly.',
    keepalived:
      'keepalived replaces $NAME only before a blank, a comma, a closing parenthesis or the line end, and leaves it as text here',
    cure: `Write \${NAME}.`,
    example: '$IF=eth0\nvrrp_instance a {\n    interface $IF.10\n}\n',
  },
  'expand.outer-name': {
    severity: 'warning',
    title: 'an outer variable of nested repetitions without braces',
    meaning: 'The variable belongs to an outer ~SEQ or ~LST of the same line. It is replaced.',
    keepalived: 'keepalived replaces a name without braces only for the innermost repetition',
    cure: `Write \${NAME}.`,
    example: '~SEQ(i,1,2) ~SEQ(j,1,2) virtual_server 10.0.$i 8$j {}\n',
  },
  'expand.recursive': {
    severity: 'warning',
    title: 'a parameter that contains itself',
    meaning:
      'The value of the parameter leads back to its own name. The inner use stays as it is written.',
    keepalived:
      'keepalived replaces it again and again: the value grows without end, or the daemon hangs',
    cure: 'Give one of the parameters another name.',
    example: '$A=$B\n$B=$A\nglobal_defs {\n    router_id $A\n}\n',
  },
  'expand.too-large': {
    severity: 'error',
    title: 'expansion produces too much text',
    meaning:
      'Parameters or repetitions produce more text than one configuration may hold. The rest is not expanded.',
    keepalived: 'keepalived has no bound but the memory',
    cure: 'Look for a repetition with a mistyped end, or parameters that double one another.',
    example: '~SEQ(i,1,9000000) virtual_server 10.0.0.1 $i {}\n',
  },
  'expand.too-deep': {
    severity: 'error',
    title: 'directives nested too deeply',
    meaning:
      'Parameters, conditions or repetitions stand within one another deeper than is followed.',
    keepalived: 'keepalived has no bound',
    cure: 'Look for definitions that lead to one another.',
    example: `${'~SEQ(i,1,1) '.repeat(120)}static_ipaddress\n`,
  },
  'expand.blank-before-equals': {
    severity: 'warning',
    title: 'a blank before the equals sign of a definition',
    meaning:
      'A definition has no blank before its equals sign. The line is understood as a definition.',
    keepalived:
      'keepalived takes the line as a statement with an unknown keyword and defines nothing',
    cure: 'Write $NAME=text.',
    example: '$NODE = one\nglobal_defs {\n    router_id $NODE\n}\n',
  },
  'expand.empty-condition': {
    severity: 'warning',
    title: 'a condition without a name',
    meaning:
      '@ followed by a blank names no configuration: the line never applies, and with @^ it always does.',
    keepalived: 'keepalived judges it so too, and does not say so',
    silent: true,
    cure: 'Write the name directly behind the mark: @name or @^name.',
    example: '@ global_defs {\n}\n',
  },
  'expand.random-bounds': {
    severity: 'warning',
    title: 'bounds of a random number that do not fit',
    meaning: 'The lower bound is above the upper, or a bound is not a whole number from 0 on.',
    keepalived: 'keepalived gives a number outside the bounds, or leaves the text as it is',
    cure: `Write \${_RANDOM MIN MAX} with MIN at most MAX.`,
    example: `global_defs {\n    router_id node\${_RANDOM 9 2}\n}\n`,
  },
  'expand.repeat-form': {
    severity: 'warning',
    title: 'a repetition that cannot be read',
    meaning:
      'The parentheses of ~SEQ or ~LST do not hold what the directive needs. The line is ignored.',
    keepalived: repeatDropped,
    cure: 'Write ~SEQ(name, start, step, end), where start and step may be left out, or ~LST(name, value, value).',
    example: '~SEQ(i) virtual_server 10.0.0.1 $i {}\n',
  },
  'expand.repeat-bounds': {
    severity: 'warning',
    title: 'a repetition that would never end',
    meaning: 'The step is zero or leads away from the end. The line is ignored.',
    keepalived: repeatDropped,
    cure: 'Give a step that leads from the start to the end; left out, it is 1 or -1 as needed.',
    example: '~SEQ(i,1,-1,3) virtual_server 10.0.0.1 $i {}\n',
  },
  'expand.list-arity': {
    severity: 'warning',
    title: 'a list row with the wrong count of values',
    meaning:
      'A row of ~LST has not as many values as there are names. Missing ones are empty, others are left out.',
    keepalived: 'keepalived leaves a name without a value as it is written',
    cure: 'Give every row one value for each name.',
    example: '~LST({a,b},{1,2},{3}) virtual_server 10.0.0.$a 8$b {}\n',
  },
} as const satisfies CodeTable;
