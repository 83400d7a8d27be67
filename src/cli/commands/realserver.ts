/** `holdfast realserver`: makes this host a real server of DR or TUN, and undoes it. */
import { ask } from '../../api/client.ts';
import type { Address } from '../../base/address.ts';
import type { Status } from '../../daemon/control.ts';
import { loadHere } from '../../daemon/reading/load.ts';
import { virtualAddressFrom } from '../../daemon/realserver/request.ts';
import { orderRealServer } from '../../daemon/realserver/set-up.ts';

export interface RealServerOptions {
  readonly addresses: readonly string[];
  readonly interface: string;
  readonly tunnel: string | undefined;
  readonly undo: boolean;
  readonly dryRun: boolean;
  readonly stateDirectory: string;
}

/** 0: as it should be. 1: refused, or it did not work. */
export async function realserver(options: RealServerOptions): Promise<number> {
  const { stateDirectory, undo, dryRun: isRehearsal } = options;
  const addresses: Address[] = [];
  for (const word of options.addresses) {
    const address = virtualAddressFrom(word);
    if (!address.ok) return refuse(address.error);
    if (!addresses.includes(address.value)) addresses.push(address.value);
  }
  if (addresses.length === 0 && !undo) {
    return refuse('name the address of the service: holdfast realserver --vip 192.0.2.1');
  }
  const held = undo ? new Map<Address, string>() : await heldHere(stateDirectory);
  const done = orderRealServer({
    ...{ addresses, interface: options.interface, tunnel: options.tunnel },
    ...{ undo, isRehearsal, stateDirectory, held },
  });
  if (!done.ok) return refuse(done.error);
  const prefix = isRehearsal ? 'would ' : '';
  for (const sentence of done.value) process.stdout.write(`${prefix}${sentence}\n`);
  if (done.value.length === 0) process.stdout.write(`${nothingToDo(undo, addresses)}\n`);
  return 0;
}

function nothingToDo(undo: boolean, addresses: readonly Address[]): string {
  if (undo) return 'nothing to undo: everything is as it was before';
  const are = addresses.length === 1 ? 'is' : 'are';
  return `nothing to do: ${addresses.join(', ')} ${are} here, and ARP is as it should be`;
}

function refuse(why: string): number {
  process.stderr.write(`holdfast: ${why}\n`);
  return 1;
}

/** What the daemon of this host, if one runs, is there for. */
async function heldHere(stateDirectory: string): Promise<ReadonlyMap<Address, string>> {
  const held = new Map<Address, string>();
  const answer = await ask<Status>('status', { stateDirectory });
  if (!answer.ok) return held;
  const { model } = loadHere(answer.value.configuration);
  for (const { service } of model.virtual_server) {
    if (service.kind === 'address') held.set(service.address, 'an address of a virtual_server');
  }
  for (const {
    name,
    virtual_ipaddress: own,
    virtual_ipaddress_excluded: more,
  } of model.vrrp_instance) {
    for (const { address } of [...own, ...more]) held.set(address, `a virtual address of ${name}`);
  }
  return held;
}
