/** Complaints of keepalived that ours makes at another line, or that have no line at all. */

/** keepalived gives no line, or another one; ours is about the same thing and has one of these codes. */
export interface Elsewhere {
  readonly pattern: RegExp;
  readonly codes: readonly string[];
  /** The first group of the pattern is a name that a rule of ours must say too; keywords have a place instead. */
  readonly named?: true;
}

export const elsewhere: readonly Elsewhere[] = [
  { pattern: /^There are \d+ missing '}'s or extra '{'s/, codes: ['syntax.missing-brace'] },
  { pattern: /^There (?:is|are) \d+ (?:missing|extra|too many)/, codes: ['syntax.extra-brace'] },
  {
    pattern: /^SECURITY VIOLATION - (?:check )?scripts are being executed/,
    codes: ['script.security-off', 'script.user-below'],
  },
  {
    pattern: /^\((.*)\) Warning - nopreempt will not work/,
    codes: ['vrrp.nopreempt-with-master', 'vrrp.nopreempt-with-owner'],
    named: true,
  },
  {
    pattern: /^\((.*)\) No VIP specified; at least one is/,
    codes: [
      'vrrp.no-address',
      'vrrp.destination-of-other-family',
      'language.not-an-address',
      'language.empty-block',
      'syntax.missing-brace',
    ],
  },
  {
    pattern: /^\((.*)\) the virtual router id must be set/,
    codes: [
      'vrrp.router-id-missing',
      'syntax.foreign-blank',
      'language.joined-statements',
      'language.number-with-text',
      'language.out-of-range',
      'language.not-a-number',
    ],
  },
  { pattern: /^Unknown configuration entry '\S+' for/, codes: ['language.joined-entries'] },
  {
    pattern:
      /virtual server \[\S+\]:0:\S+ and real server .* ports don't match|fwmark virtual server \S+ real server .* has port specified/,
    codes: ['lvs.port-of-group'],
  },
  { pattern: /^\((.*)\) Ignoring track_interface/, codes: ['track.own-interface'], named: true },
  {
    pattern: /^\((.*)\) VRRP version 3 does not support authentication/,
    codes: ['vrrp.authentication-with-version-3'],
    named: true,
  },
  {
    pattern: /^\((.*)\) (?:Strict mode|State MASTER must match|.* strict)/i,
    codes: ['vrrp.strict-corrects'],
    named: true,
  },
  {
    pattern: /^\((.*)\) Initial state master is incompatible with AH/,
    codes: ['vrrp.master-with-header'],
    named: true,
  },
  {
    pattern: /^\((.*)\) promote_secondaries is automatically set for vmacs/,
    codes: ['vrrp.promote-secondaries-with-vmac'],
    named: true,
  },
  {
    pattern: /^\((.*)\) A unicast keyword has been specified without any unicast peers/,
    codes: ['vrrp.unicast-without-peers', 'vrrp.peer-of-other-family', 'language.empty-block'],
    named: true,
  },
  {
    pattern: /ignoring tracked script (\S+) with weights due to address_owner/,
    codes: ['track.weight-of-owner'],
    named: true,
  },
  { pattern: /^Sync group (.*) has only \d+ virtual router/, codes: ['group.single-member'] },
  {
    pattern: /^Virtual router (.*) specified in sync group/,
    codes: ['group.unknown-member'],
    named: true,
  },
  { pattern: /^Sync group (.*), no matching virtual router/, codes: ['group.empty'], named: true },
  {
    pattern: /^Sync group (.*) has no virtual router/,
    codes: ['group.empty', 'language.empty-block'],
  },
  { pattern: /^No file set for track_file (\S+)/, codes: ['track.nothing-to-watch'], named: true },
  {
    pattern: /^track process '(.*)' process name not specified/,
    codes: ['track.nothing-to-watch'],
    named: true,
  },
  { pattern: /BFD instance (\S+) has no neighbor/, codes: ['track.nothing-to-watch'], named: true },
  {
    pattern: /^No script set for vrrp_script (.*) - removing/,
    codes: ['track.script-without-command', 'language.absent-argument'],
  },
  { pattern: /sorry_server.* without sorry_server/, codes: ['lvs.sorry-server-missing'] },
  { pattern: /conflicts with server family/, codes: ['lvs.family-conflict'] },
  {
    pattern: /vmac_xmit_base is only valid/,
    codes: ['vrrp.transmission-without-vmac', 'vrrp.unicast-with-vmac'],
  },
  {
    pattern: /unicast with use_vmac requires|Cannot use VMAC\/ipvlan with unicast and no interface/,
    codes: ['vrrp.unicast-with-vmac'],
  },
  { pattern: /ipvlan requires a source ip address/, codes: ['vrrp.ipvlan-without-address'] },
  { pattern: /is already using \S+ - ignoring name/, codes: ['vrrp.link-name-taken'] },
  { pattern: /Cannot specify VRF interface and interface/, codes: ['vrrp.vrf-with-interface'] },
  { pattern: /^garp group \d+ does not have any delay/, codes: ['garp.no-interval'] },
  { pattern: /one packet scheduling requires UDP/, codes: ['lvs.one-packet-needs-udp'] },
  {
    pattern:
      /^\((.*)\) (?:preempt_delay is incompatible with nopreempt|Warning - preempt delay will not work)/,
    codes: ['vrrp.preempt-delay-unused'],
    named: true,
  },
  {
    pattern: /^\((.*)\) warning - accept mode for VRRP version/,
    codes: ['vrrp.strict-corrects'],
    named: true,
  },
  {
    pattern: /ignoring (\S+) tracked interface weight due to SYNC group/,
    codes: ['group.weights-dropped'],
    named: true,
  },
  {
    pattern: /track_interface (\S+) is configured on VRRP instance and sync group/,
    codes: ['group.tracked-twice'],
    named: true,
  },
  {
    pattern: /mcast dest address (\S+) MUST match|address family must match VRRP instance/,
    codes: ['vrrp.destination-of-other-family'],
  },
  {
    pattern: /^Track file \S+ init value (-?\d+) is outside/,
    codes: ['track.value-without-effect'],
    named: true,
  },
  {
    pattern: /No name has been specified for BFD_CHECKER/,
    codes: ['lvs.check-incomplete', 'language.absent-argument', 'language.missing-argument'],
  },
  {
    pattern: /BFD_CHECK - BFD (\S+) not configured/,
    codes: ['track.unknown-name'],
    named: true,
  },
  {
    pattern: /multicast destination specified with unicast/,
    codes: ['vrrp.destination-with-peers'],
  },
  { pattern: /Cannot use unicast_ttl without/, codes: ['vrrp.unicast-without-peers'] },
  { pattern: /virtual server group (.*) has no entries/, codes: ['lvs.empty-group'], named: true },
  { pattern: /advertisement interval .* must be an integer/, codes: ['vrrp.interval-fraction'] },
  { pattern: /no protocol set - defaulting/, codes: ['lvs.no-protocol'] },
  {
    pattern: /^HTTP\/SSL_GET \S+ has no urls|has no path - ignoring/,
    codes: ['lvs.check-incomplete'],
  },
  {
    pattern: /^FILE_CHECK has no track_file|^No script path has been specified for MISC/,
    codes: [
      'lvs.check-incomplete',
      'language.absent-argument',
      'track.unknown-name',
      'track.nothing-to-watch',
    ],
  },
  {
    pattern: /^track_file (\S+) not found/,
    codes: ['track.unknown-name', 'track.nothing-to-watch'],
    named: true,
  },
  {
    pattern: /track file (\S+) not found, ignoring/,
    codes: ['track.nothing-to-watch'],
    named: true,
  },
  { pattern: /both use VRID/, codes: ['vrrp.router-id-taken'] },
  {
    pattern: /only applies to sh scheduler|only applies to mh scheduler/,
    codes: ['lvs.flag-without-scheduler'],
  },
  {
    pattern: /ports don't match - resetting|has port specified - clearing/,
    codes: ['lvs.port-of-service'],
  },
  {
    pattern: /hysteresis \d+ >= quorum/,
    codes: ['lvs.hysteresis-too-large', 'lvs.quorum-too-large'],
  },
  {
    pattern: /^\((.*)\) Authentication specified but no password/,
    codes: ['vrrp.authentication-incomplete', 'language.missing-argument'],
  },
  {
    pattern: /^\((.*)\) Unknown interface!/,
    codes: ['vrrp.interface-missing', 'vrrp.unicast-with-vmac', 'language.missing-argument'],
  },
  { pattern: /exceeds total weight of real servers/, codes: ['lvs.quorum-too-large'] },
  { pattern: /has no real servers - ignoring/, codes: ['lvs.no-server'] },
  {
    pattern: /no forwarding method set/,
    codes: ['lvs.no-forwarding-method', 'language.unknown-choice', 'language.other-case'],
  },
  {
    pattern: /no scheduler set/,
    codes: ['lvs.no-scheduler', 'language.unknown-choice', 'language.other-case'],
  },
  { pattern: /protocol specified for fwmark/, codes: ['lvs.protocol-with-fwmark'] },
  { pattern: /is duplicated - removing second rs/, codes: ['lvs.server-repeated'] },
  {
    pattern: /^garp_group already specified for (.*) - ignoring/,
    codes: ['garp.interface-repeated'],
  },
];
