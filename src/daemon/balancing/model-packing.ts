/** Packs a balancer's model: the work of the process that has read the configuration. */
import { serialize } from 'node:v8';
import { isEqual } from '../../config/equal.ts';
import {
  type BalancedServer,
  type BalancedService,
  type BalancerModel,
  type ServerCheck,
  sessionsOf,
} from '../../engine/balancer/model.ts';
import {
  type Common,
  joined,
  type PackedModel,
  type PackedService,
  type Row,
  type ServiceHead,
} from './packed-model.ts';

export function packModel(model: BalancerModel): PackedModel {
  const { services, plane } = model;
  const sessions = [...new Set(sessionsOf(model))];
  return { plane, services: services.map(headOf), sessions, ...joined(services.map(packService)) };
}

function headOf({ id, label, keys, alias }: BalancedService): ServiceHead {
  return { id, label, keys, alias };
}

function packService({ servers, ...rest }: BalancedService): Buffer {
  const commons: Common[] = [];
  const places = new Map<string, number>();
  let place = 0;
  let before: BalancedServer | undefined;
  let checks: readonly ServerCheck[] = [];
  const rows = servers.map((server): Row => {
    if (before === undefined || !sameSettings(before, server)) {
      place = placeOf(commons, places, commonOf(server));
    }
    before = server;
    checks = withShared(server.checks, checks);
    return [server.name, server.label, server.address, server.port, place, checks];
  });
  const packed: PackedService = { ...rest, commons, rows };
  return serialize(packed);
}

const own: ReadonlySet<string> = new Set(['name', 'label', 'address', 'port', 'checks']);

/** What all servers of a service usually have in common. */
function sameSettings(one: BalancedServer, other: BalancedServer): boolean {
  const [left, right] = [one, other].map((each) => each as object as Record<string, unknown>);
  for (const key in left) {
    if (left[key] !== right?.[key] && !own.has(key) && !isEqual(left[key], right?.[key]))
      return false;
  }
  return true;
}

function commonOf(server: BalancedServer): Common {
  const {
    name: _name,
    label: _label,
    address: _address,
    port: _port,
    checks: _checks,
    ...common
  } = server;
  return common;
}

/** The settings of a server are told once for all servers that have the same. */
function placeOf(commons: Common[], places: Map<string, number>, common: Common): number {
  const text = JSON.stringify(common);
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, commons.length);
  return commons.push(common) - 1;
}

/** What is one object here is told once, and is one object there. */
function withShared(
  checks: readonly ServerCheck[],
  before: readonly ServerCheck[],
): readonly ServerCheck[] {
  if (checks.length === 0) return checks;
  return checks.map((check, index) => {
    const known = before[index];
    if (known === undefined) return check;
    const checker = isEqual(check.checker, known.checker) ? known.checker : check.checker;
    const pacing = isEqual(check.pacing, known.pacing) ? known.pacing : check.pacing;
    return { ...check, checker, pacing };
  });
}
