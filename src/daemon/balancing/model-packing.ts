/** Packs a balancer's model: the work of the process that has read the configuration. */
import { serialize } from 'node:v8';
import { isEqual } from '../../config/equal.ts';
import {
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
  let last: readonly ServerCheck[] = [];
  const rows = servers.map(({ name, label, address, port, checks, ...own }): Row => {
    last = checks.map((check, index) => withShared(check, last[index]));
    return [name, label, address, port, placeOf(commons, places, own), last];
  });
  const packed: PackedService = { ...rest, commons, rows };
  return serialize(packed);
}

/** The settings of a server are told once for all servers that have the same. */
function placeOf(commons: Common[], places: Map<string, number>, own: Common): number {
  const newest = commons.length - 1;
  if (newest >= 0 && isEqual(commons[newest], own)) return newest;
  const text = JSON.stringify(own);
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, commons.length);
  return commons.push(own) - 1;
}

/** What is one object here is told once, and is one object there. */
function withShared(check: ServerCheck, before: ServerCheck | undefined): ServerCheck {
  if (before === undefined) return check;
  const checker = isEqual(check.checker, before.checker) ? before.checker : check.checker;
  const pacing = isEqual(check.pacing, before.pacing) ? before.pacing : check.pacing;
  return { ...check, checker, pacing };
}
