/** What somebody at a shell does to services of ours. */
import type { Random } from '../../base/random.ts';
import type { DataPlane, PlaneOperation } from '../../plane.ts';

/** Not to services by mark, among which there is one of somebody else. */
export function mischief(random: Random, plane: DataPlane): readonly PlaneOperation[] {
  const services = plane.observe().filter(({ key }) => key.kind === 'address');
  if (services.length === 0) return [];
  const { key, servers } = random.pick(services);
  const server = servers.length === 0 ? undefined : random.pick(servers);
  if (server === undefined || random.chance(0.3)) return [{ kind: 'remove-service', key }];
  if (random.chance(0.5)) return [{ kind: 'remove-server', service: key, server }];
  return [{ kind: 'add-server', service: key, server: { ...server, port: 4_242 } }];
}
