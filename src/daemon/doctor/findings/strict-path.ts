/** Strict reverse path filtering drops clients whose way back is not the way they came. */
import type { Address } from '../../../base/address.ts';
import { familyOf, parseAddress } from '../../../base/address.ts';
import { addressesOf } from '../networks.ts';
import type { Examination } from '../patient.ts';

/** Of a network that is nobody's (RFC 5737): whoever is far away is reached like it. */
const afar = parseAddress('198.51.100.1') as Address;

export const strictPath: Examination = ({ services, links, addresses, setting, linkTowards }) => {
  const all = Number(setting('net/ipv4/conf/all/rp_filter') ?? 0);
  const out = linkTowards(afar);
  if (out === undefined) return [];
  const vips = services.flatMap(addressesOf).filter((each) => familyOf(each) === 'ipv4');
  const places = new Set(
    addresses.filter(({ address }) => vips.includes(address)).map(({ link }) => link),
  );
  return links.flatMap((link) => {
    const { name, index, loopback } = link;
    const own = Number(setting(`net/ipv4/conf/${name}/rp_filter`) ?? 0);
    const isStrict = Math.max(all, own) === 1;
    if (loopback || !places.has(index) || out.index === index || !isStrict) return [];
    return [
      {
        code: 'strict-path',
        what: `packets of clients that come in by ${name} are dropped, because the way back to them is ${out.name}`,
        where: `net.ipv4.conf.${name}.rp_filter`,
        cure: `sysctl -w net.ipv4.conf.${name}.rp_filter=2, or route those clients by ${name}`,
      },
    ];
  });
};
