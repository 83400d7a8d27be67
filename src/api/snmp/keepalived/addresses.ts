/** vrrpAddressTable. */
import { familyOf } from '../../../base/address.ts';
import type { VirtualAddress } from '../../../engine/model.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, type TreePart, tableOf } from '../tables.ts';
import {
  addressType,
  gauge,
  inetAddress,
  inetAddressOf,
  integer,
  optionalText,
  text,
  truth,
} from '../values.ts';
import { vrrp } from './roots.ts';
import { scopeNumber } from './scope.ts';

const table = [...vrrp, 6];

export function addresses(picture: SnmpPicture): TreePart {
  const rows = () =>
    picture.instances.flatMap(({ model, now }, at) => {
      const advertised = model.addresses.length;
      return [...model.addresses, ...model.excludedAddresses].map((virtual, number) => ({
        index: [at + 1, number + 1],
        columns: {
          ...placeColumns(virtual, virtual.interface ?? model.interface, picture),
          10: truth(
            now.addresses.some(
              ({ address, prefix, present }) =>
                address === virtual.address && prefix === virtual.prefix && present,
            ),
          ),
          11: truth(number < advertised),
        },
      }));
    });
  return { root: table, objects: () => tableOf(table, rows()) };
}

function placeColumns(
  { address, prefix, broadcast, scope, label, peer }: VirtualAddress,
  link: string | undefined,
  { links }: SnmpPicture,
): Columns {
  return {
    2: addressType(address),
    3: inetAddress(address),
    4: familyOf(address) === 'ipv4' ? inetAddressOf(broadcast, 'ipv4') : undefined,
    5: gauge(prefix),
    6: integer(scopeNumber(scope)),
    7: integer(links.indexOf(link)),
    8: text(link ?? ''),
    9: optionalText(label),
    12: peer === undefined ? undefined : inetAddress(peer),
  };
}
