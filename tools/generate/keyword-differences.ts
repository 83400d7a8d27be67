/**
 * Where a keyword does something else here than in keepalived, by name, or by block and name. What is not here is meant
 * to be the same; what is ours alone says so in the table of the language.
 */
export const differences: Readonly<Record<string, string>> = {
  instance: 'the state directory is /run/holdfast/NAME',
  net_namespace:
    'nothing is mounted over /run/keepalived, the pid files are in /run/keepalived/NAME',
  net_namespace_ipvs: 'holds for nftables as the plane too',
  namespace_with_ipsets: 'no ipsets are used, so nothing depends on it',
  use_pid_dir: 'Holdfast under its own name has a state directory',
  child_wait_time: 'a process that is not gone by then is killed',
  'vrrp_instance/use_vmac':
    'the device is in VEPA mode, so that the interface below hears others who have its MAC; it joins no group and has no address but virtual ones',
  'vrrp_instance/vrf': 'keepalived 2.2.7 knows no instance without an interface',
  'vrrp_instance/track_process':
    'counted in a network namespace too, where keepalived hears of no process',
  'vrrp_track_process/process':
    'of a path the last part is compared, unless full_command is written; keepalived never finds one then',
  track_file:
    'the file may not lie on a remote file system, which does not tell what other hosts write',
  'virtual_server/real_server/SMTP_CHECK/host':
    'asked instead of the server; keepalived 2.2.7 asks both, and gives hosts no time to answer',
  'global_defs/vrrp_iptables': 'addresses are kept from being accepted by nftables',
  'global_defs/vrrp_ipsets': 'addresses are kept from being accepted by nftables',
  'global_defs/nftables_ifindex': 'names of interfaces are always used',
  'global_defs/bfd_priority': 'it is of the failover process, where BFD runs',
  'global_defs/bfd_no_swap': 'it is of the failover process, where BFD runs',
  'global_defs/bfd_rt_priority':
    'it is of the failover process, where BFD runs: without it that has real-time priority 1 while there are sessions',
  'global_defs/bfd_cpu_affinity': 'it is of the failover process, where BFD runs',
  'global_defs/bfd_rlimit_rttime': 'it is of the failover process, where BFD runs',
  'global_defs/max_auto_priority':
    'lateness is measured at the deadlines of the failover and the balancer process, and what was raised stays until the process ends',
  'global_defs/vrrp_netlink_cmd_rcv_bufs':
    'without it the buffer holds the answers to ten thousand addresses',
  'global_defs/vrrp_netlink_monitor_rcv_bufs': 'without it the buffer holds ten thousand addresses',
  'global_defs/process_monitor_rcv_bufs': 'without it the buffer holds 20,000 events',
  'global_defs/lvs_netlink_cmd_rcv_bufs': 'it is of the socket to IPVS or nftables',
  'global_defs/lvs_netlink_monitor_rcv_bufs':
    'it is of the socket that hears of changes of nftables',
  'global_defs/snmp_socket': 'a Unix socket or TCP; AgentX over UDP is refused with a cure',
  'global_defs/enable_snmp_vrrp':
    'priority 255 can be neither written nor written over: whether an instance owns its addresses is for the file to say',
  'global_defs/enable_snmp_checker':
    'rates are those between two readings; a weight beyond 65535 is refused, where keepalived takes its low byte',
  'global_defs/enable_traps':
    'what happens while the agent is away is told when it is back, up to a thousand notifications',
  'global_defs/snmp_rs_stats_update_interval':
    'counters of services and servers are read together, as often as the shorter of the two says',
  'global_defs/reload_check_config':
    'a configuration is always checked before it is used, in a process of its own, within 30 s; the file is told what was wrong',
  'global_defs/config_save_dir':
    'one dump of data before and after a reload, keepalived_vrrp.PID.N.pre and .post, holds BFD too',
  'global_defs/stats_dump_file': 'keepalived 2.4.3 reads it and writes to its default place',
  'global_defs/json_dump_file': 'keepalived 2.4.3 reads it and writes to its default place',
  'global_defs/use_symlink_paths':
    'without it the resolved file is executed, and its first argument is the path as written',
  'global_defs/set_supplementary_groups': 'needs setpriv of util-linux',
};

export function differenceOf(path: readonly string[], name: string): string | undefined {
  return differences[[...path, name].join('/')];
}
