/** keepalived's options, as its own help lists them. */
export interface ClassicOption {
  readonly short?: string;
  readonly long: string;
  /** `optional`: only glued to the option, as getopt has it. */
  readonly argument?: { readonly name: string; readonly optional?: true };
  readonly doc: string;
  /** Understood and without effect here; why. */
  readonly idle?: string;
  /** Of an idle option: what it asks for is so anyway, so nobody needs to be told. */
  readonly met?: true;
}

const file = { name: 'FILE' } as const;

export const classicOptions = [
  { short: 'f', long: 'use-file', argument: file, doc: 'read this configuration' },
  { short: 'P', long: 'vrrp', doc: 'run VRRP only' },
  { short: 'C', long: 'check', doc: 'run checkers only' },
  { short: 'B', long: 'no_bfd', doc: 'run no BFD: whatever tracks a session takes it to be down' },
  { long: 'all', doc: 'start every process', idle: 'the processes are others here' },
  { short: 'l', long: 'log-console', doc: 'log to the console too' },
  {
    short: 'D',
    long: 'log-detail',
    doc: 'log in detail',
    idle: 'the log is always in detail',
    met: true,
  },
  { short: 'S', long: 'log-facility', argument: { name: 'FACILITY' }, doc: 'facility of syslog' },
  {
    short: 'g',
    long: 'log-file',
    argument: { name: 'FILE', optional: true },
    doc: 'log to a file',
  },
  {
    long: 'flush-log-file',
    doc: 'flush after every line',
    idle: 'lines are never held back',
    met: true,
  },
  { short: 'G', long: 'no-syslog', doc: 'do not log to syslog' },
  { short: 'u', long: 'umask', argument: { name: 'MASK' }, doc: 'umask of files' },
  {
    short: 'X',
    long: 'release-vips',
    doc: 'drop addresses when a signal ends the process',
    idle: 'addresses are always dropped then',
    met: true,
  },
  {
    short: 'V',
    long: 'dont-release-vrrp',
    doc: 'leave addresses in place',
    idle: 'addresses are dropped when the daemon stops',
  },
  { short: 'I', long: 'dont-release-ipvs', doc: 'leave IPVS in place' },
  {
    short: 'R',
    long: 'dont-respawn',
    doc: 'end when a process dies',
    idle: 'the failover process is replaced without a change of state',
  },
  { short: 'n', long: 'dont-fork', doc: 'stay in the foreground' },
  { short: 'd', long: 'dump-conf', doc: 'log the configuration' },
  { short: 'p', long: 'pid', argument: file, doc: 'pid file of the daemon' },
  { short: 'r', long: 'vrrp_pid', argument: file, doc: 'pid file of VRRP' },
  {
    short: 'c',
    long: 'checkers_pid',
    argument: file,
    doc: 'pid file of checkers',
  },
  { short: 'b', long: 'bfd_pid', argument: file, doc: 'pid file of BFD' },
  { short: 'a', long: 'address-monitoring', doc: 'log changes of addresses', idle: 'not built' },
  { short: 'T', long: 'genhash', doc: 'compute the digest of a page' },
  { short: 's', long: 'namespace', argument: { name: 'NAME' }, doc: 'run in this namespace' },
  { short: 'x', long: 'snmp', doc: 'serve every part of SNMP' },
  {
    short: 'A',
    long: 'snmp-agent-socket',
    argument: { name: 'ADDRESS' },
    doc: 'where the SNMP master listens, whatever snmp_socket says',
  },
  { short: 'm', long: 'core-dump', doc: 'allow core dumps', idle: 'a report is logged instead' },
  {
    short: 'M',
    long: 'core-dump-pattern',
    argument: { name: 'PATTERN', optional: true },
    doc: 'pattern of core dumps',
    idle: 'a report is logged instead',
  },
  { short: 'e', long: 'all-config', doc: 'a missing included file is an error' },
  { short: 'i', long: 'config-id', argument: { name: 'ID' }, doc: 'what @ID lines compare with' },
  { long: 'signum', argument: { name: 'NAME' }, doc: 'print the number of a signal' },
  {
    short: 't',
    long: 'config-test',
    argument: { name: 'FILE', optional: true },
    doc: 'check the configuration; messages go to standard error or to FILE',
  },
  { long: 'ignore-sigint', doc: 'do not end on SIGINT' },
  { short: 'v', long: 'version', doc: 'print the version' },
  { short: 'h', long: 'help', doc: 'print this' },
] as const satisfies readonly ClassicOption[];

export type ClassicName = (typeof classicOptions)[number]['long'];

export function classicHelp(): string {
  const lines = classicOptions.map((option: ClassicOption) => {
    const { short, long, argument, doc, idle } = option;
    const value = argument === undefined ? '' : `=${argument.name}`;
    const words = argument?.optional === true ? `[${value}]` : value;
    const names = `${short === undefined ? '    ' : `-${short}, `}--${long}${words}`;
    return `  ${names.padEnd(34)} ${doc}${idle === undefined ? '' : ` (no effect: ${idle})`}\n`;
  });
  return `Usage: keepalived [OPTION...]\n${lines.join('')}`;
}
