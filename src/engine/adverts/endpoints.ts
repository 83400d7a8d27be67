/** The sockets that the machines need. A level, compared with what was asked for last. */
import { familyOf } from '../../base/address.ts';
import type { Endpoint, LinkIndex } from '../../ports.ts';
import type { Machine } from '../machine.ts';

export function endpointsOf(machines: Iterable<Machine>): readonly Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
  for (const machine of machines) {
    const { model, link, source } = machine;
    if (model.interface !== undefined && link === undefined) continue;
    if (model.interface === undefined && source === undefined) continue;
    const group = model.transport.kind === 'multicast' ? model.transport.group : undefined;
    const family = group === undefined ? model.family : familyOf(group);
    const index = link?.index ?? (0 as LinkIndex);
    const ah = model.authentication.kind === 'ah';
    const key = `${index}|${family}|${group ?? ''}|${ah}`;
    const full = model.receiveFullSize;
    const sized = full === undefined || link === undefined ? undefined : full * link.mtu;
    const buffer = largest(endpoints.get(key)?.receiveBuffer, model.receiveBuffer ?? sized);
    const endpoint = { link: index, family, group, receiveBuffer: buffer };
    endpoints.set(key, ah ? { ...endpoint, ah } : endpoint);
  }
  return [...endpoints.values()];
}

export function sameEndpoints(one: readonly Endpoint[], other: readonly Endpoint[]): boolean {
  return (
    one.length === other.length &&
    one.every((endpoint, index) => {
      const twin = other[index];
      return (
        twin !== undefined &&
        twin.link === endpoint.link &&
        twin.family === endpoint.family &&
        twin.group === endpoint.group &&
        twin.ah === endpoint.ah &&
        twin.receiveBuffer === endpoint.receiveBuffer
      );
    })
  );
}

function largest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Math.max(one, other);
}
