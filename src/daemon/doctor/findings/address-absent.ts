/** The address of a service has to be on some host, and the master of its instance is to have it. */
import { addressesOf } from '../networks.ts';
import type { Examination, Finding } from '../patient.ts';

export const addressAbsent: Examination = ({ services, instances, states, addresses }) => {
  const here = new Set(addresses.map(({ address }) => address));
  const owners = new Map(
    instances.flatMap((instance) =>
      [...instance.addresses, ...instance.excludedAddresses].map(
        ({ address }) => [address, instance.name] as const,
      ),
    ),
  );
  const absent = new Set(services.flatMap(addressesOf).filter((address) => !here.has(address)));
  return [...absent].flatMap((address): Finding[] => {
    const instance = owners.get(address);
    const service = `virtual_server ${address}`;
    if (instance === undefined) {
      return [
        {
          code: 'address-absent',
          what: `${address} is on no interface of this host, and no vrrp_instance brings it here`,
          where: service,
          cure: `add ${address} to the virtual_ipaddress of an instance, or to an interface: ip address add ${address} dev INTERFACE`,
        },
      ];
    }
    if (states.get(instance) !== 'master') return [];
    return [
      {
        code: 'address-absent',
        what: `${instance} is master here, but ${address} is on no interface of this host`,
        where: service,
        cure: `holdfast explain ${instance} tells why; the journal has the kernel's word`,
      },
    ];
  });
};
