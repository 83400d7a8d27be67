/** What the operating system refused to the failover process, as a sentence that says what to do. */
import type { PortError } from '../../ports.ts';
import type { Refusal } from '../channel.ts';

export function renderRefusal(what: Refusal, error: PortError): string {
  const why = error.detail === '' ? error.code : `${error.code}: ${error.detail}`;
  switch (what) {
    case 'raw-socket':
      return `the kernel refuses raw sockets (${why}): run as root, or give the process CAP_NET_RAW and CAP_NET_ADMIN`;
    case 'real-time':
      return `real-time priority was refused (${why}): running without it, so a busy host may delay advertisements; give the process CAP_SYS_NICE`;
    case 'nice':
      return `the process priority was refused (${why}): running with the ordinary one; give the process CAP_SYS_NICE`;
    case 'lock-memory':
      return `locking memory was refused (${why}): a host that swaps may delay advertisements; give the process CAP_IPC_LOCK or raise its memlock limit`;
    case 'cpu-affinity':
      return `the CPUs asked for were refused (${why}): running on any; check vrrp_cpu_affinity against the CPUs that the host has`;
  }
}
