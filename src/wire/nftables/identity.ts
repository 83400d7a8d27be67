/**
 * Numbers of 32 bits for servers. They come from the server's name, so that it has the same one when it comes back,
 * and are kept in the kernel, which settles who has it when two names ask for the same.
 */
import { type ServerKey, type ServiceKey, serverName, serviceName } from '../../base/service.ts';
import { sum } from './digest.ts';

export type IdentityOf = (service: ServiceKey, server: ServerKey) => number;

export class Identities {
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();

  /** Never 0. */
  readonly of: IdentityOf = (service, server) => {
    const name = nameOf(service, server);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    for (let salt = 0; ; salt += 1) {
      const number = sum(name, salt);
      if (number === 0 || this.#names.has(number)) continue;
      this.#set(name, number);
      return number;
    }
  };

  /** What the kernel has it by; the first word counts. */
  learn(service: ServiceKey, server: ServerKey, number: number): void {
    const name = nameOf(service, server);
    if (!this.#numbers.has(name) && !this.#names.has(number)) this.#set(name, number);
  }

  #set(name: string, number: number): void {
    this.#numbers.set(name, number);
    this.#names.set(number, name);
  }
}

function nameOf(service: ServiceKey, server: ServerKey): string {
  return `${serviceName(service)} > ${serverName(server)}`;
}
