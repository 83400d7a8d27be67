/** The scalars of IPVS: its synchronisation and its timeouts. */
import { parseAddress } from '../../../base/address.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, scalarsOf, type TreePart } from '../tables.ts';
import { addressType, inetAddress, integer, optionalText, text, truth } from '../values.ts';
import { check } from './roots.ts';

const synchronisationGroup = [...check, 6];
const timeoutGroup = [...check, 7];

export function planeScalars({ plan }: SnmpPicture): readonly TreePart[] {
  const { timeouts, synchronisation } = plan.balancer?.model.plane ?? {};
  const number = (value: number | undefined) => (value === undefined ? undefined : integer(value));
  return [
    {
      root: synchronisationGroup,
      objects: () => scalarsOf(synchronisationGroup, synchronisationObjects(synchronisation)),
    },
    {
      root: timeoutGroup,
      objects: () =>
        scalarsOf(timeoutGroup, {
          1: number(timeouts?.tcp),
          2: number(timeouts?.tcpFin),
          3: number(timeouts?.udp),
        }),
    },
  ];
}

type Synchronisation = NonNullable<
  SnmpPicture['plan']['balancer']
>['model']['plane']['synchronisation'];

function synchronisationObjects(synchronisation: Synchronisation): Columns {
  if (synchronisation === undefined) return { 1: truth(false) };
  const { interface: link, instance, id, maximumLength, port, ttl, group } = synchronisation;
  const number = (value: number | undefined) => (value === undefined ? undefined : integer(value));
  const address = group === undefined ? undefined : parseAddress(group);
  return {
    1: truth(true),
    2: text(link),
    3: optionalText(instance),
    4: integer(id),
    5: number(maximumLength),
    6: number(port),
    7: number(ttl),
    8: address === undefined ? undefined : addressType(address),
    9: address === undefined ? undefined : inetAddress(address),
  };
}
