/** What no single keyword can know. Every rule runs; none stops at what another found. */
import type { Diagnostic } from '../../config/diagnostic.ts';
import type { Places } from '../../config/places.ts';
import type { Model } from '../model.ts';
import { checkAddresses } from './addresses.ts';
import { checkAuthentication } from './authentication.ts';
import { checkBfd } from './bfd.ts';
import type { RuleContext } from './context.ts';
import { ruleContext } from './context.ts';
import { checkCorrections } from './corrections.ts';
import { checkElection } from './election.ts';
import { checkPlane } from './plane.ts';
import { checkRouterIds } from './router-id.ts';
import { checkGarpGroups, checkRoutes } from './routes.ts';
import { checkAnythingRuns, checkScriptSecurity } from './scripts.ts';
import { checkServices } from './services.ts';
import { checkSigning } from './signing.ts';
import { checkSyncGroups } from './sync-group.ts';
import { checkTracking } from './tracking.ts';
import { checkTransport } from './transport.ts';
import { checkVirtualLinks } from './virtual-link.ts';

const rules: readonly ((context: RuleContext) => void)[] = [
  checkRouterIds,
  checkElection,
  checkAuthentication,
  checkSigning,
  checkAddresses,
  checkTransport,
  checkVirtualLinks,
  checkTracking,
  checkBfd,
  checkSyncGroups,
  checkScriptSecurity,
  checkRoutes,
  checkGarpGroups,
  checkServices,
  checkCorrections,
  checkPlane,
  checkAnythingRuns,
];

export function checkRules(model: Model, places: Places): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const context = ruleContext(model, places, diagnostics);
  for (const rule of rules) rule(context);
  return diagnostics;
}
