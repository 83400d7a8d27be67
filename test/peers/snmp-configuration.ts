/** As much as SNMP shows of VRRP: both versions, both families, a group, trackers, routes and rules. */
export function snmpConfiguration(socket: string, file: string): string {
  return `global_defs {
  router_id lb1
  script_user root
  enable_script_security
  snmp_socket unix:${socket}
  enable_snmp_vrrp
  enable_snmp_rfc
  enable_traps
  notification_email {
    ops@example.org
    night@example.org
  }
  smtp_server 192.0.2.25
  notification_email_from lb@example.org
  no_email_faults
  smtp_alert
  smtp_alert_vrrp off
  dynamic_interfaces
}
${trackers(file)}
${group}
${versionTwo}
${versionThree}`;
}

function trackers(file: string): string {
  return `vrrp_script good {
  script "/usr/bin/true x"
  interval 2
  timeout 3
  weight 5
  rise 2
  fall 3
}
vrrp_script bad {
  script "/usr/bin/false"
  interval 1
  weight -7
}
track_file weighed {
  file ${file}
  weight 2
}
vrrp_track_process agent {
  process snmpd -f -C
  param_match initial
  weight 3
  quorum 2
  quorum_max 4
  fork_delay 0.5
  terminate_delay 0.25
}`;
}

const group = `vrrp_sync_group G1 {
  group {
    VI_1
    VI_3
  }
  sync_group_tracking_weight
  notify_fault "/usr/bin/true f"
  notify_backup "/usr/bin/true b"
  notify_stop "/usr/bin/true s"
  track_script {
    good weight -3
  }
  track_file {
    weighed weight 2
  }
}`;

const versionTwo = `vrrp_instance VI_1 {
  interface eth0
  state MASTER
  virtual_router_id 51
  priority 240
  advert_int 1
  virtual_ipaddress {
    10.11.0.100/24 brd 10.11.0.255
    10.11.0.101/32 dev eth1 label eth1:1 scope link
    10.11.0.102 peer 10.11.0.103
  }
  virtual_ipaddress_excluded {
    10.11.0.109/24
  }
  virtual_routes {
    198.51.100.0/24 via 10.11.0.254 dev eth0 metric 5 src 10.11.0.100 table 55 mtu 1400 tos 4 initcwnd 10
    198.51.101.0/24 dev eth0 scope link
    198.51.102.0/24 nexthop via 10.11.0.253 dev eth0 weight 2 nexthop via 10.11.0.252 dev eth0 weight 3
    198.51.105.0/24 via 10.11.0.254 dev eth0 mtu lock 1300 quickack 1 features ecn congctl reno realms 3/4 advmss 1000 hoplimit 9 window 7000 ssthresh 6 cwnd lock 5 reordering 4 rto_min 200ms initrwnd 11
    198.51.106.0/24 via 10.11.0.254 dev eth0 rtt 200ms rttvar lock 200ms
    blackhole 198.51.103.0/24
  }
  virtual_rules {
    from 198.51.100.0/24 to 192.0.2.0/24 table 77 priority 1000 fwmark 5/7 iif eth0 oif eth1
    from 198.51.101.0/24 goto 2000 priority 1001
    to 198.51.101.0/24 table 78 priority 1002 tos 4 uidrange 5-9 suppress_prefixlength 3
    not from 198.51.109.0/24 blackhole priority 1003
    iif eth0 table 79 priority 1004
  }
  notify_master "/usr/bin/true im"
  notify_backup "/usr/bin/true ib"
  notify_fault "/usr/bin/true if"
  notify_stop "/usr/bin/true is"
  notify_deleted "/usr/bin/true id"
  notify "/usr/bin/true in"
  notify_master_rx_lower_pri "/usr/bin/true ir"
}
vrrp_instance VI_3 {
  interface eth1
  state MASTER
  virtual_router_id 53
  priority 240
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass secret
  }
  virtual_ipaddress {
    10.12.0.100/24
  }
}`;

const versionThree = `vrrp_instance VI_2 {
  interface eth0
  version 3
  virtual_router_id 52
  priority 99
  advert_int 0.5
  accept
  garp_master_delay 9
  unicast_src_ip 10.11.0.1
  unicast_peer {
    10.11.0.2
  }
  virtual_ipaddress {
    10.11.0.120/24
  }
}
vrrp_instance VI_4 {
  interface eth0
  version 3
  virtual_router_id 54
  priority 98
  advert_int 0.5
  dont_track_primary
  promote_secondaries
  preempt_delay 4
  smtp_alert
  track_interface {
    eth1 weight -4
    lo
  }
  track_script {
    bad
    good weight 1
  }
  track_file {
    weighed weight 2
  }
  track_process {
    agent weight 3
  }
  virtual_ipaddress {
    fe80::52
    fd00:11::100/64
  }
}`;
