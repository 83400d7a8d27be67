/** Where the AgentX master listens, in net-snmp's words (`snmp_socket`). */
import type { NetConnectOpts } from 'node:net';
import { failure, type Outcome, success } from '../../base/outcome.ts';

const port = 705;

/** `unix:/PATH` or `/PATH`, `tcp:HOST[:PORT]`, `[tcp6:][ADDRESS][:PORT]`. The error is a sentence. */
export function masterPlace(written: string): Outcome<NetConnectOpts, string> {
  const [, scheme = '', rest = ''] = /^(?:(unix|tcp6?|udp6?):)?(.*)$/s.exec(written) ?? [];
  if (scheme === 'unix' || (scheme === '' && rest.startsWith('/'))) return success({ path: rest });
  if (scheme.startsWith('udp')) {
    return failure(
      `snmp_socket ${written}: AgentX needs a Unix socket or TCP; write unix:/var/agentx/master or tcp:HOST:705, and the same as agentXSocket of snmpd`,
    );
  }
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(rest);
  const host = parts?.[1] ?? parts?.[2] ?? '';
  if (parts === null || host === '') {
    return failure(`snmp_socket ${written}: write unix:/PATH or tcp:HOST:PORT`);
  }
  return success({ host, port: parts[3] === undefined ? port : Number(parts[3]) });
}
