/** What has gone through a service or a destination (IPVS_STATS_ATTR_*). */
import { attributeMap, uint32Of } from './netlink.ts';

const IPVS_STATS_ATTR_CONNS = 1;
const IPVS_STATS_ATTR_INPKTS = 2;
const IPVS_STATS_ATTR_OUTPKTS = 3;
const IPVS_STATS_ATTR_INBYTES = 4;
const IPVS_STATS_ATTR_OUTBYTES = 5;
const IPVS_STATS_ATTR_CPS = 6;
const IPVS_STATS_ATTR_INPPS = 7;
const IPVS_STATS_ATTR_OUTPPS = 8;
const IPVS_STATS_ATTR_INBPS = 9;
const IPVS_STATS_ATTR_OUTBPS = 10;

export interface IpvsCounters {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** A second, as the kernel estimates them. */
  readonly rates: IpvsRates;
}

export interface IpvsRates {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The wide form where the kernel has it (4.1 and later), else the narrow one; nothing at all counts as 0. */
export function decodeCounters(
  wide: Uint8Array | undefined,
  narrow: Uint8Array | undefined,
): IpvsCounters {
  const values = attributeMap(wide ?? narrow ?? new Uint8Array(0));
  const number = (type: number) => integerOf(values.get(type));
  return {
    connections: number(IPVS_STATS_ATTR_CONNS),
    packetsIn: number(IPVS_STATS_ATTR_INPKTS),
    packetsOut: number(IPVS_STATS_ATTR_OUTPKTS),
    bytesIn: number(IPVS_STATS_ATTR_INBYTES),
    bytesOut: number(IPVS_STATS_ATTR_OUTBYTES),
    rates: {
      connections: number(IPVS_STATS_ATTR_CPS),
      packetsIn: number(IPVS_STATS_ATTR_INPPS),
      packetsOut: number(IPVS_STATS_ATTR_OUTPPS),
      bytesIn: number(IPVS_STATS_ATTR_INBPS),
      bytesOut: number(IPVS_STATS_ATTR_OUTBPS),
    },
  };
}

/** 4 bytes or 8, in the host's order; above 2^53 the last bits are lost, which no counter reaches. */
function integerOf(bytes: Uint8Array | undefined): number {
  if (bytes === undefined) return 0;
  const low = uint32Of(bytes);
  return bytes.length < 8 ? low : uint32Of(bytes, 4) * 0x1_0000_0000 + low;
}
