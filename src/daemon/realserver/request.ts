/** What a real server is asked to become, and the words that cannot be meant. Pure. */
import { type Address, familyOf, isMulticast, parseAddress } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';

export interface RealServerRequest {
  /** The addresses of services, none twice. With `undo`, none means all that were set up. */
  readonly addresses: readonly Address[];
  /** Where they go: an interface on which nobody asks for them. */
  readonly interface: string;
  /** The device that takes tunnelled packets out of their envelopes; undefined without tunnels. */
  readonly tunnel: string | undefined;
}

/** The address that a word of the command line names, or a sentence about why it cannot be one of a service. */
export function virtualAddressFrom(word: string): Outcome<Address, string> {
  const address = parseAddress(word.replace(/\/(32|128)$/, ''));
  if (address === undefined) {
    return failure(`"${word}" is no address: write one such as 192.0.2.1, without a prefix`);
  }
  const isLocal = familyOf(address) === 'ipv4' ? /^(0|127)\./.test(address) : address.length <= 3;
  if (isLocal || isMulticast(address)) {
    return failure(`${address} cannot be the address of a service: clients could not reach it`);
  }
  return success(address);
}
