/**
 * All that is known of the services as text, in pieces: with tens of thousands of servers it takes a while, and neither
 * the checks nor the table must wait for it. Nobody on the way to who asked looks into the text.
 */
import type { BalancerDriver } from '../../engine/balancer/driver.ts';
import type { BalancedService } from '../../engine/balancer/model.ts';
import type { DataPlane } from '../../plane.ts';

export interface ServicesScene {
  readonly services: readonly BalancedService[];
  readonly driver: Pick<BalancerDriver, 'snapshot'>;
  readonly plane: Pick<DataPlane, 'traffic'>;
}

/** Servers of one piece: some milliseconds. */
const serversMost = 500;

/** The fields `snapshot` and `traffic` of a `ServicesAnswer`, as JSON. */
export function* servicesText(
  scene: ServicesScene,
  withTraffic: boolean,
): Generator<string, undefined> {
  const { driver, plane, services } = scene;
  const portions = [...portionsOf(services)];
  const { services: _, ...head } = driver.snapshot([]);
  yield `"snapshot":${JSON.stringify(head).slice(0, -1)},"services":[`;
  yield* listed(portions, (portion) => driver.snapshot(portion.map(({ id }) => id)).services);
  yield ']},"traffic":[';
  if (withTraffic) {
    yield* listed(portions, (portion) => plane.traffic(portion.flatMap(({ keys }) => keys)));
  }
  yield ']';
  return undefined;
}

/** What is told of each portion, as the entries of one list. */
function* listed(
  portions: readonly (readonly BalancedService[])[],
  told: (portion: readonly BalancedService[]) => readonly object[],
): Generator<string> {
  let separator = '';
  for (const portion of portions) {
    const entries = told(portion);
    // A reload may have taken them all away meanwhile.
    if (entries.length === 0) continue;
    yield separator + JSON.stringify(entries).slice(1, -1);
    separator = ',';
  }
}

function* portionsOf(services: readonly BalancedService[]): Generator<readonly BalancedService[]> {
  let portion: BalancedService[] = [];
  let servers = 0;
  for (const service of services) {
    portion.push(service);
    servers += service.servers.length;
    if (servers < serversMost) continue;
    yield portion;
    portion = [];
    servers = 0;
  }
  if (portion.length > 0) yield portion;
}
