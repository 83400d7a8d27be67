/** The services of a configuration as a plan compares them: identities, and what is written about each. Plain data. */
import type { Model, VirtualServer } from '../language/model.ts';
import { endpoint, service } from '../language/values/service.ts';

export interface ServiceModel {
  /** Its address and port, firewall mark or group, and its protocol: what IPVS knows it by. */
  readonly name: string;
  readonly settings: object;
  readonly servers: readonly ServerModel[];
}

export interface ServerModel {
  /** Its address and port. */
  readonly name: string;
  readonly settings: object;
}

export function serviceModels(model: Model): readonly ServiceModel[] {
  const groups = new Map(model.virtual_server_group.map(({ name, members }) => [name, members]));
  return model.virtual_server.map((virtual: VirtualServer) => {
    const { real_server: servers, service: identity, ...own } = virtual;
    const members = identity.kind === 'group' ? groups.get(identity.name) : undefined;
    const settings = members === undefined ? own : { ...own, members };
    return {
      name: `${service.write(identity)} ${virtual.protocol ?? 'UDP'}`,
      settings,
      servers: servers.map(({ endpoint: place, ...rest }) => ({
        name: endpoint.write(place),
        settings: rest,
      })),
    };
  });
}
