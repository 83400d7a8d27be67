/** All examinations, in the order in which their findings are told: what explains others comes first. */
import type { Examination } from '../patient.ts';
import { addressAbsent } from './address-absent.ts';
import { advertisementsDropped } from './advertisements-dropped.ts';
import { arpAnswered } from './arp-answered.ts';
import { clocksApart } from './clocks-apart.ts';
import { connectionTracking } from './connection-tracking.ts';
import { firewallDrops } from './firewall-drops.ts';
import { forwardingOff } from './forwarding-off.ts';
import { interfaceManaged } from './interface-managed.ts';
import { multicastOff } from './multicast-off.ts';
import { peerUnreachable } from './peer-unreachable.ts';
import { planeMissing } from './plane-missing.ts';
import { portChanged } from './port-changed.ts';
import { routerIdTwice } from './router-id-twice.ts';
import { rulesSaved } from './rules-saved.ts';
import { serverGateway } from './server-gateway.ts';
import { serverOffLink } from './server-off-link.ts';
import { serverRefuses } from './server-refuses.ts';
import { serverTakesNothing } from './server-takes-nothing.ts';
import { strictPath } from './strict-path.ts';
import { tunnelMtu } from './tunnel-mtu.ts';
import { vmacPath } from './vmac-path.ts';

export const examinations: readonly Examination[] = [
  planeMissing,
  multicastOff,
  firewallDrops,
  advertisementsDropped,
  routerIdTwice,
  peerUnreachable,
  clocksApart,
  vmacPath,
  interfaceManaged,
  addressAbsent,
  forwardingOff,
  connectionTracking,
  rulesSaved,
  strictPath,
  serverOffLink,
  portChanged,
  arpAnswered,
  serverTakesNothing,
  serverRefuses,
  serverGateway,
  tunnelMtu,
];
