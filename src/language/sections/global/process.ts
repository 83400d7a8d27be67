/** Names, priorities and memory of the processes. */
import { flag, scalar } from '../../../config/schema.ts';
import { duration, integer } from '../../../config/schema-number.ts';
import { boolean, optional, optionalText } from '../../../config/schema-word.ts';
import { cpuList } from '../../values/cpu-list.ts';
import { umask } from '../../values/umask.ts';

const nice = integer({ min: -20, max: 19, outside: 'clamp' });
const realTime = integer({ min: 1, max: 99, outside: 'clamp' });
const limit = duration({ min: 2, max: 4_294_967_295, unit: 'microseconds', whole: true });

const noSuchProcess = {
  effect: 'none',
  reason: 'there is no such process, BFD runs in the failover process (vrrp_process_name)',
} as const;

const named = (doc: string, example: string) =>
  scalar(optionalText('<NAME>'), { doc, example, reload: 'keep', otherwise: 'name of the daemon' });

const rttime = (what: string, misspelt: string, right: string, effect: object) =>
  scalar(limit, {
    doc: `Processor time the ${what} process may use without waiting, while it has a real-time priority.`,
    example: '20000',
    otherwise: '10000',
    aliases: { [misspelt]: { deprecated: `write ${right}` } },
    ...effect,
  });

export const processes = {
  process_names: flag({ doc: 'Gives each process a name of its own.', reload: 'keep' }),
  process_name: named('Name of the parent process.', 'vrrpd'),
  vrrp_process_name: named('Name of the failover process.', 'vrrpd_vrrp'),
  checker_process_name: {
    ...named('Name of the balancer process.', 'vrrpd_check'),
    aliases: { lvs_process_name: { deprecated: 'write checker_process_name' } },
  },
  bfd_process_name: {
    ...named('Name of a BFD process.', 'vrrpd_bfd'),
    ...noSuchProcess,
  },
  vrrp_priority: scalar(nice, {
    bare: 'ignored',
    doc: 'Nice value of the failover process.',
    example: '-20',
  }),
  vrrp_no_swap: flag({ doc: 'Locks the memory of the failover process.' }),
  vrrp_rt_priority: scalar(realTime, {
    bare: 'ignored',
    doc: 'Real-time priority of the failover process.',
    example: '50',
    otherwise: 'none',
  }),
  vrrp_cpu_affinity: scalar(cpuList, {
    bare: 'ignored',
    doc: 'Processors the failover process may run on.',
    example: '0 1',
    otherwise: 'all',
  }),
  vrrp_rlimit_rttime: rttime('failover', 'vrrp_rlimit_rtime', 'vrrp_rlimit_rttime', {}),
  checker_priority: scalar(nice, {
    bare: 'ignored',
    doc: 'Nice value of the balancer process.',
    example: '-10',
  }),
  checker_no_swap: flag({ doc: 'Locks the memory of the balancer process.' }),
  checker_rt_priority: scalar(realTime, {
    bare: 'ignored',
    doc: 'Real-time priority of the balancer process.',
    example: '20',
    otherwise: 'none',
  }),
  checker_cpu_affinity: scalar(cpuList, {
    bare: 'ignored',
    doc: 'Processors the balancer process may run on.',
    example: '1',
    otherwise: 'all',
  }),
  checker_rlimit_rttime: rttime('balancer', 'checker_rlimit_rtime', 'checker_rlimit_rttime', {}),
  bfd_priority: scalar(nice, {
    bare: 'ignored',
    doc: 'Nice value of the failover process where BFD is configured and vrrp_priority is not.',
    example: '-20',
  }),
  bfd_no_swap: flag({ doc: 'Locks the memory of the failover process where BFD is configured.' }),
  bfd_rt_priority: scalar(realTime, {
    bare: 'ignored',
    doc: 'Real-time priority of the failover process where BFD is configured and vrrp_rt_priority is not.',
    example: '50',
    otherwise: 'none',
  }),
  bfd_cpu_affinity: scalar(cpuList, {
    bare: 'ignored',
    doc: 'Processors of the failover process where BFD is configured and vrrp_cpu_affinity is not.',
    example: '0',
    otherwise: 'all',
  }),
  bfd_rlimit_rttime: rttime('BFD', 'bfd_rlimit_rtime', 'bfd_rlimit_rttime', {}),
  max_auto_priority: scalar(optional(integer({ min: -1, max: 99 }), 99), {
    doc: 'How far the real-time priority of a process may be raised when it is late, one step each time. 0 and -1 raise nothing.',
    example: '50',
    fallback: 0,
  }),
  min_auto_priority_delay: scalar(
    duration({ min: 1, max: 10_000_000, unit: 'microseconds', whole: true }),
    {
      bare: 'ignored',
      doc: 'How late a process must be for its priority to be raised.',
      example: '500000',
      otherwise: '1000000',
    },
  ),
  umask: scalar(umask, {
    doc: 'File creation mask of the daemon.',
    example: '0177',
    otherwise: '0177',
  }),
  data_use_instance: scalar(boolean, {
    doc: 'Puts the names of the daemon and its namespace into the names of its dumps.',
    example: 'true',
    fallback: false,
  }),
};
