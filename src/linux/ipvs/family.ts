/** Whether the kernel has IPVS, and under which number. Loads the module where it is only not there yet. */
import { execFile } from 'node:child_process';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import { decodeFamily, encodeFamilyRequest, GENL_ID_CTRL } from '../../wire/genetlink.ts';
import { IPVS_FAMILY } from '../../wire/ipvs.ts';
import { errnoOf, portError } from '../ffi.ts';
import type { NetlinkSocket } from '../netlink-socket.ts';

const MODULE = 'ip_vs';
/** Milliseconds; a module that takes longer hangs. */
const PATIENCE = 10_000;

/** The message type of the family, ENOENT when the kernel has none. */
export function ipvsFamily(socket: NetlinkSocket): Outcome<number, PortError> {
  let id: number | undefined;
  const error = socket.ask(GENL_ID_CTRL, encodeFamilyRequest(IPVS_FAMILY), (message) => {
    id ??= decodeFamily(message)?.id;
  });
  if (error !== undefined) return failure(error);
  return id === undefined ? failure(portError(errnoOf('ENOENT'))) : success(id);
}

/** The same, after an attempt to load the module. Once, before the balancer has anything to do that it could delay. */
export async function loadIpvs(socket: NetlinkSocket): Promise<Outcome<number, PortError>> {
  const found = ipvsFamily(socket);
  if (found.ok) return found;
  const said = await modprobe();
  const again = ipvsFamily(socket);
  if (again.ok) return again;
  const reason = said === '' ? '' : ` (${said})`;
  return failure({ ...again.error, detail: `this kernel has no IPVS${reason}` });
}

/** What it said when it failed, else nothing. */
function modprobe(): Promise<string> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } };
    execFile('modprobe', [MODULE], options, (error, _, errors) => {
      if (error === null) resolve('');
      else resolve(errors.trim().split('\n')[0] || error.message);
    });
  });
}
