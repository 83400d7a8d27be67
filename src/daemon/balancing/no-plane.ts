/** Why nothing can be balanced on this host, as a sentence that says what to do. */
import type { PlaneAttempt } from './channel.ts';

const names = { ipvs: 'IPVS', nftables: 'nftables' } as const;

export function noPlaneText(attempts: readonly PlaneAttempt[]): string {
  const whys = attempts.map(({ plane, error }) => {
    const detail = error.detail === '' ? '' : `, ${error.detail}`;
    return `${names[plane]} cannot be had (${error.code}${detail})`;
  });
  const isForbidden = attempts.some(
    ({ error }) => error.code === 'EPERM' || error.code === 'EACCES',
  );
  const cure = isForbidden
    ? 'run as root, or give the process CAP_NET_ADMIN'
    : 'load the module ip_vs, or use a kernel with nf_tables (see lvs_plane)';
  return `nothing is balanced: ${whys.join('; ')}: ${cure}; trying again`;
}
