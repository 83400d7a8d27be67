/** What syslog is told about who speaks. */

/** The names that `-S` of keepalived and `syslog_facility` in other programs take. */
const facilities = {
  user: 1,
  daemon: 3,
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((number) => [`local${number}`, 16 + number])),
} as Readonly<Record<string, number>>;

/** keepalived takes a bare digit for local0 to local7. */
export function facilityNamed(name: string): number | undefined {
  return facilities[/^[0-7]$/.test(name) ? `local${name}` : name.toLowerCase()];
}

/** What people filter their logs by who come from keepalived. */
export const keepalivedIdentities = {
  daemon: 'Keepalived',
  failover: 'Keepalived_vrrp',
  balancer: 'Keepalived_healthcheckers',
} as const;
