/** The section "Global definitions" of a dump of data: keepalived's titles with the values in effect here. */
import { type Duration, toSeconds } from '../../base/units.ts';
import type { GlobalDefs, Model } from '../../language/model.ts';

type Line = readonly [title: string, value: string | number | boolean];

/** Without their leading blank, in keepalived's order. */
export function globalLines(model: Model): readonly string[] {
  const { global_defs: global } = model;
  const lines: readonly Line[] = [
    ['Network namespace', model.net_namespace ?? '(default)'],
    ['Network namespace ipvs', model.net_namespace_ipvs ?? '(main namespace)'],
    ...(model.instance === undefined ? [] : [['Instance', model.instance] as const]),
    ...mailLines(global),
    ['VRRP notify priority changes', global.vrrp_notify_priority_changes],
    ['VRRP IPv4 mcast group', global.vrrp_mcast_group4 ?? '224.0.0.18'],
    ['VRRP IPv6 mcast group', global.vrrp_mcast_group6 ?? 'ff02::12'],
    ...announcementLines(global),
    ['VRRP default protocol version', global.vrrp_version ?? 2],
    ['VRRP check unicast_src', global.vrrp_check_unicast_src],
    ['VRRP skip check advert addresses', global.vrrp_skip_check_adv_addr],
    ['VRRP strict mode', global.vrrp_strict],
    ...processLines(global),
    ['umask', `0${(global.umask ?? 0o177).toString(8)}`],
  ];
  return [
    ...lines.map(([title, value]) => `${title} = ${value}`),
    `Script security ${global.enable_script_security ? 'enabled' : 'disabled'}`,
  ];
}

function mailLines(global: GlobalDefs): readonly Line[] {
  const optional = (title: string, value: string | number | undefined): readonly Line[] =>
    value === undefined ? [] : [[title, value]];
  const tri = (value: boolean | undefined) =>
    value === undefined ? 'unset' : value ? 'on' : 'off';
  return [
    ...optional('Router ID', global.router_id),
    ...optional('Email notification from', global.notification_email_from),
    ['Default smtp_alert', tri(global.smtp_alert)],
    ['Default smtp_alert_vrrp', tri(global.smtp_alert_vrrp)],
    ['Default smtp_alert_checker', tri(global.smtp_alert_checker)],
    ['Checkers log all failures', global.checker_log_all_failures],
  ];
}

function announcementLines(global: GlobalDefs): readonly Line[] {
  const least = global.vrrp_min_garp;
  const delay = wholeSeconds(global.vrrp_garp_master_delay) ?? (least ? 0 : 5);
  const repeat = global.vrrp_garp_master_repeat ?? (least ? 1 : 5);
  return [
    ['Gratuitous ARP delay', delay],
    ['Gratuitous ARP repeat', repeat],
    ['Gratuitous ARP refresh timer', wholeSeconds(global.vrrp_garp_master_refresh) ?? 0],
    ['Gratuitous ARP refresh repeat', global.vrrp_garp_master_refresh_repeat ?? 1],
    [
      'Gratuitous ARP lower priority delay',
      wholeSeconds(global.vrrp_garp_lower_prio_delay) ?? delay,
    ],
    ['Gratuitous ARP lower priority repeat', global.vrrp_garp_lower_prio_repeat ?? repeat],
    ['Num adverts before down', global.vrrp_down_timer_adverts],
    ['Send advert after receive lower priority advert', global.vrrp_lower_prio_no_advert !== true],
    ['Send advert after receive higher priority advert', global.vrrp_higher_prio_send_advert],
    ['Gratuitous ARP interval', fraction(global.vrrp_garp_interval)],
    ['Gratuitous NA interval', fraction(global.vrrp_gna_interval)],
  ];
}

function processLines(global: GlobalDefs): readonly Line[] {
  return [
    ['VRRP process priority', global.vrrp_priority ?? 0],
    ["VRRP don't swap", global.vrrp_no_swap],
    ['VRRP realtime priority', global.vrrp_rt_priority ?? 0],
    ['VRRP realtime limit', global.vrrp_rlimit_rttime ?? 10_000],
  ];
}

function wholeSeconds(length: Duration | undefined): number | undefined {
  return length === undefined ? undefined : Math.floor(toSeconds(length));
}

function fraction(length: Duration | undefined): string {
  return (length === undefined ? 0 : toSeconds(length)).toFixed(6);
}
