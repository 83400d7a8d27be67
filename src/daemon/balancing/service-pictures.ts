/** What is told of services and servers to those who ask over the control socket. */
import type { Instant, WallTime } from '../../base/units.ts';
import type { Journal } from '../journal/journal.ts';
import type { ServicesAnswer, StoriesAnswer } from './orders.ts';
import type { BalancerPart } from './part.ts';

export interface ServicePicturesOptions {
  readonly part: BalancerPart;
  readonly journal: Journal;
  now(): Instant;
  wall(): WallTime;
}

export class ServicePictures {
  readonly #options: ServicePicturesOptions;

  constructor(options: ServicePicturesOptions) {
    this.#options = options;
  }

  async services(withTraffic: boolean): Promise<ServicesAnswer> {
    const { part, now } = this.#options;
    const facts = part.facts();
    if (facts === undefined) return { kind: 'nothing-balanced' };
    const picture = await part.picture(withTraffic);
    return {
      ...{ kind: 'services', now: now(), facts, overrides: part.overrides },
      ...{ snapshot: picture?.snapshot, traffic: picture?.traffic ?? [] },
    };
  }

  /** The same as the text of JSON, in pieces. Throws where it breaks off. */
  async *read(withTraffic: boolean): AsyncGenerator<string> {
    const { part, now } = this.#options;
    const facts = part.facts();
    if (facts === undefined) {
      yield `${JSON.stringify({ kind: 'nothing-balanced' })}\n`;
      return;
    }
    const head = { kind: 'services', now: now(), facts, overrides: part.overrides };
    yield `${JSON.stringify(head).slice(0, -1)},`;
    yield* part.read(withTraffic);
    yield '}\n';
  }

  async stories(name: string): Promise<StoriesAnswer> {
    const { part, journal, now, wall } = this.#options;
    if (part.facts() === undefined) return { kind: 'nothing-balanced' };
    const found = await part.find(name);
    const services = new Map(found?.services.map((service) => [service.id, service]));
    const stories = (found?.matches ?? []).flatMap((match) => {
      const service = services.get(match.service);
      const server = service?.servers.find((one) => one.name === match.server);
      if (service === undefined || (match.server !== undefined && server === undefined)) return [];
      const remarks = journal.services.of(match.service, match.server);
      return [{ service, remarks, ...(server === undefined ? {} : { server }) }];
    });
    return { kind: 'stories', now: now(), wall: wall(), stories };
  }
}
