/** The services of a configuration as a plan compares them: identities, and what is written about each. Plain data. */
import { isEqual } from '../../config/equal.ts';
import type { BlockSchema } from '../../config/schema.ts';
import type { Model, VirtualServer } from '../../language/model.ts';
import { realServer } from '../../language/sections/real-server.ts';
import { virtualServer } from '../../language/sections/virtual-server.ts';
import { endpoint, service } from '../../language/values/service.ts';

export interface ServiceModel {
  /** Its address and port, firewall mark or group, and its protocol: what IPVS knows it by. */
  readonly name: string;
  /** What differs from the defaults, by keyword: as JSON, since thousands are compared and few are looked into. */
  readonly settings: string;
  /** A `readonly ServerModel[]` as JSON. */
  readonly servers: string;
}

/** Its address and port, and what differs from the defaults. */
export type ServerModel = readonly [name: string, settings: object];

export function serviceModels(model: Model): readonly ServiceModel[] {
  const groups = new Map(model.virtual_server_group.map(({ name, members }) => [name, members]));
  return model.virtual_server.map((virtual: VirtualServer) => {
    const { real_server: servers, service: identity } = virtual;
    const own = writtenIn(virtual, virtualServer, ['real_server', 'service']);
    const members = identity.kind === 'group' ? groups.get(identity.name) : undefined;
    const settings = members === undefined ? own : { ...own, members };
    const each = servers.map(
      (server): ServerModel => [
        endpoint.write(server.endpoint),
        writtenIn(server, realServer, ['endpoint']),
      ],
    );
    return {
      name: `${service.write(identity)} ${virtual.protocol ?? 'UDP'}`,
      settings: JSON.stringify(settings),
      servers: JSON.stringify(each),
    };
  });
}

/** Most of what could be said about a server is not, and there may be tens of thousands of them. */
function writtenIn(
  node: object,
  { template }: BlockSchema<unknown>,
  without: readonly string[],
): object {
  const written: Record<string, unknown> = {};
  const fields = node as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const value = fields[key];
    if (value === template[key] || without.includes(key)) continue;
    if (!isEqual(value, template[key])) written[key] = value;
  }
  return written;
}
