/** RTA_METRICS: what a route tells TCP and path MTU discovery (linux/rtnetlink.h, RTAX_*). */
import type { RouteMetrics } from '../base/route.ts';
import {
  decodeAttributes,
  type NetlinkAttribute,
  nestedAttribute,
  textAttribute,
  textOf,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

type NumberName = Exclude<keyof RouteMetrics, 'congestionControl'>;

/** RTAX_*. Bit N of the lock stands for the metric of number N. */
export const metricNumbers: Readonly<Record<keyof RouteMetrics, number>> = {
  lock: 1,
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  features: 12,
  rtoMin: 13,
  initrwnd: 14,
  quickack: 15,
  congestionControl: 16,
  fastopenNoCookie: 17,
};

const CC_ALGO = metricNumbers.congestionControl;
const names = new Map<number, NumberName>();
for (const [name, number] of Object.entries(metricNumbers)) {
  if (number !== CC_ALGO) names.set(number, name as NumberName);
}

/** undefined when nothing is said. */
export function encodeMetrics(type: number, metrics: RouteMetrics): NetlinkAttribute | undefined {
  const attributes: NetlinkAttribute[] = [];
  for (const [number, name] of names) {
    const value = metrics[name];
    if (value !== undefined) attributes.push(uint32Attribute(number, value));
  }
  const { congestionControl } = metrics;
  if (congestionControl !== undefined) attributes.push(textAttribute(CC_ALGO, congestionControl));
  return attributes.length === 0 ? undefined : nestedAttribute(type, attributes);
}

export function decodeMetrics(value: Uint8Array | undefined): RouteMetrics {
  const metrics: { -readonly [Name in keyof RouteMetrics]: RouteMetrics[Name] } = {};
  for (const { type, value: bytes } of decodeAttributes(value ?? new Uint8Array(0))) {
    const name = names.get(type);
    if (type === CC_ALGO) metrics.congestionControl = textOf(bytes);
    else if (name !== undefined && bytes.length >= 4) metrics[name] = uint32Of(bytes);
  }
  return metrics;
}
