/** What the operating system refused to the balancer process, as a sentence that says what to do. */
import type { PortError } from '../../ports.ts';
import type { Refusal } from '../channel.ts';

const what: Readonly<Record<Refusal, { readonly thing: string; readonly cure: string }>> = {
  'raw-socket': { thing: 'raw sockets', cure: 'give the process CAP_NET_RAW' },
  'real-time': { thing: 'checker_rt_priority', cure: 'give the process CAP_SYS_NICE' },
  nice: { thing: 'checker_priority', cure: 'give the process CAP_SYS_NICE' },
  'lock-memory': {
    thing: 'checker_no_swap',
    cure: 'give the process CAP_IPC_LOCK or raise its memlock limit',
  },
  'cpu-affinity': {
    thing: 'checker_cpu_affinity',
    cure: 'check it against the CPUs that the host has',
  },
};

export function renderBalancerRefusal(refusal: Refusal, { code, detail }: PortError): string {
  const { thing, cure } = what[refusal];
  const why = detail === '' ? code : `${code}: ${detail}`;
  return `${thing} was refused to the balancer process (${why}): running without it; ${cure}`;
}
