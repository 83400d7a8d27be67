/** The scalars of the daemon and of its mail, and who gets mail. */
import { parseAddress } from '../../../base/address.ts';
import { toSeconds } from '../../../base/units.ts';
import type { SnmpValue } from '../../../wire/agentx-values.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, scalarsOf, type TreePart, tableOf } from '../tables.ts';
import { addressType, gauge, inetAddress, integer, optionalText, text, truth } from '../values.ts';
import { globals, mail } from './roots.ts';

const emails = [...mail, 5];

export function globalObjects(picture: SnmpPicture): TreePart {
  const { to } = picture.terms.mail;
  const rows = to.map((address, at) => ({ index: [at + 1], columns: { 2: text(address) } }));
  return {
    root: globals,
    objects: () => [
      ...scalarsOf(globals, ofDaemon(picture)),
      ...scalarsOf(mail, ofMail(picture)),
      ...tableOf(emails, rows),
    ],
  };
}

function ofDaemon({ status, terms, routerId }: SnmpPicture): Columns {
  const { host, traps } = terms;
  return {
    1: text(`Holdfast v${status.version}`),
    2: text(routerId),
    4: truth(traps),
    5: integer(host.pollsLinks ? 2 : 1),
    6: truth(host.flush),
    // Counters of IPVS have 64 bits.
    7: truth(true),
    8: text(host.namespace ?? ''),
    9: truth(host.bus),
    10: truth(host.dynamicInterfaces),
    11: integer(host.flushOnStop === undefined ? 2 : host.flushOnStop === 'all' ? 1 : 3),
    12: truth(host.checksumAsV2),
  };
}

function ofMail({ terms: { mail: own } }: SnmpPicture): Columns {
  const { server, port, timeout, from, faults, byDefault, vrrp, checker } = own;
  const address = server === undefined ? undefined : parseAddress(server);
  return {
    ...(address === undefined ? {} : { 1: addressType(address), 2: inetAddress(address) }),
    3: gauge(Math.floor(toSeconds(timeout))),
    4: optionalText(from),
    ...(server === undefined ? {} : { 6: gauge(port) }),
    7: truth(faults),
    8: onOffUnset(byDefault),
    9: onOffUnset(vrrp),
    10: onOffUnset(checker),
  };
}

function onOffUnset(value: boolean | undefined): SnmpValue {
  return value === undefined ? integer(3) : truth(value);
}
