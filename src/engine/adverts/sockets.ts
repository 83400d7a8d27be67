/** Which sockets the virtual routers need, and which of them could not be had. */
import { after, type Instant, seconds } from '../../base/units.ts';
import type { Endpoint, LinkIndex } from '../../ports.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Input } from '../input.ts';
import type { Machine } from '../machine.ts';
import { socketKey } from '../tracking.ts';
import type { World } from '../world.ts';
import { endpointsOf, sameEndpoints } from './endpoints.ts';

/** How soon a socket that could not be had is tried again. */
const RETRY = seconds(1);

export class Sockets {
  readonly #world: World;
  #endpoints: readonly Endpoint[] = [];
  /** Links and sources of the machines follow from observation and configuration alone. */
  #mayDiffer = true;
  #retryAt: Instant | undefined;
  /** Links that went: their sockets are deaf, even when another link has the same index already. */
  readonly #gone = new Set<LinkIndex>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Something has changed that the set may depend on. */
  unsettle(): void {
    this.#mayDiffer = true;
  }

  gone(link: LinkIndex): void {
    this.#gone.add(link);
    this.#mayDiffer = true;
  }

  /** What became of the set asked for. */
  answered(
    failures: Extract<Input, { kind: 'listening' }>['failures'],
    { socketErrors }: Pick<Evaluator, 'socketErrors'>,
    now: Instant,
  ): void {
    socketErrors.clear();
    for (const { endpoint, error } of failures) {
      const link = this.#world.links.get(endpoint.link);
      socketErrors.set(socketKey(link?.name, endpoint), error);
    }
    this.#retryAt = failures.length > 0 ? after(now, RETRY) : undefined;
  }

  /** The whole set where it is to be asked for now, because it has changed or something in it failed. */
  take(machines: Iterable<Machine>, now: Instant): readonly Endpoint[] | undefined {
    const isRetry = this.#retryAt !== undefined && this.#retryAt <= now;
    if (!isRetry && !this.#mayDiffer) return undefined;
    const all = endpointsOf(machines);
    const endpoints = all.filter(({ link }) => !this.#gone.has(link));
    // They are closed first, and opened anew by the next step.
    this.#mayDiffer = endpoints.length < all.length;
    this.#gone.clear();
    if (!isRetry && sameEndpoints(endpoints, this.#endpoints)) return undefined;
    this.#retryAt = undefined;
    this.#endpoints = endpoints;
    return endpoints;
  }

  get deadline(): Instant | undefined {
    return this.#retryAt;
  }
}
