/** The files of all nodes together: what no single one can show. */
import type { Diagnostic } from '../../config/diagnostic.ts';
import type { Source } from '../../config/source.ts';
import type { Configuration } from '../load.ts';
import { checkAgreement } from './agreement.ts';
import { checkClusterElection } from './election.ts';
import { reporterOf } from './report.ts';
import { checkSyncGroups } from './sync-groups.ts';
import { checkTransport } from './transport.ts';
import { virtualRouters } from './virtual-routers.ts';
import { checkClusterWeights } from './weights.ts';

export interface ClusterFindings {
  readonly diagnostics: readonly Diagnostic[];
  /** Of all files; the diagnostics count in these. */
  readonly sources: readonly Source[];
}

/** `files` are the names by which the nodes are told apart. */
export function checkCluster(
  configurations: readonly Configuration[],
  files: readonly string[],
): ClusterFindings {
  const { report, diagnostics, sources } = reporterOf(configurations);
  const routers = virtualRouters(configurations, files);
  for (const router of routers) {
    const [only] = router;
    if (router.length === 1 && only !== undefined && configurations.length > 1) {
      report({
        code: 'cluster.instance-alone',
        at: { of: only.of, node: only.node },
        message: `no other file has virtual router ${only.node.virtual_router_id} of ${only.node.name} in ${only.file}`,
      });
    }
    checkAgreement(router, report);
    checkTransport(router, report);
    checkClusterElection(router, report);
    checkClusterWeights(router, report);
  }
  checkSyncGroups(routers, report);
  return { diagnostics, sources };
}
