import type { CodeTable } from '../../config/codes.ts';

const script = 'vrrp_script check {\n    script /usr/bin/check\n}\n';
const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;
const tracking = (entry: string): string => `    track_script {\n        ${entry}\n    }\n`;

export const trackingCodes = {
  'track.unknown-name': {
    severity: 'warning',
    title: 'a tracker that does not exist',
    meaning:
      'The entry names a script, file, process or session that is defined nowhere. Nothing is watched for it.',
    keepalived: 'keepalived reports it and ignores the entry: the node runs unwatched',
    cure: 'Define it, or correct the name.',
    example: `${script}${instance(tracking('chek'))}`,
  },
  'track.used-before-definition': {
    severity: 'warning',
    title: 'a tracker that is defined further down',
    meaning: 'The entry stands before what it names. It is understood.',
    keepalived:
      'keepalived knows only what stands above, reports it as not found and ignores the entry',
    cure: 'Move the definition above the block that uses it.',
    example: `${instance(tracking('check'))}${script}`,
  },
  'track.repeated': {
    severity: 'warning',
    title: 'a tracker named twice in one block',
    meaning: 'The first entry counts.',
    keepalived: 'keepalived reports it and ignores the second',
    cure: 'Remove one of the two.',
    example: `${script}${instance(`${tracking('check weight 5')}${tracking('check weight 6')}`)}`,
  },
  'track.own-interface': {
    severity: 'warning',
    title: "an entry for the instance's own interface",
    meaning:
      'The interface that an instance runs on is watched anyway. The entry is ignored, its weight too.',
    keepalived: 'keepalived reports it and ignores the entry',
    cure: 'Remove the entry.',
    example: instance('    track_interface {\n        eth0\n    }\n'),
  },
  'track.weight-of-owner': {
    severity: 'warning',
    title: 'a weight that the owner ignores',
    meaning:
      'Priority 255 owns the addresses and is never changed by a weight, so this tracker does nothing.',
    keepalived: 'keepalived reports it and ignores the tracker',
    cure: 'Lower the priority to 254 or less, or take weight 0, which makes a failure a fault.',
    example: `${script}vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 255\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${tracking('check weight -20')}}\n`,
  },
  'track.weight-lost-in-bounds': {
    severity: 'warning',
    title: 'weights that can change nothing',
    meaning:
      'Priorities stay within 1 and 254. Here the sum is beyond a bound whether the tracker is up or down, so its result never shows.',
    keepalived: 'keepalived cuts the sum to 1 to 254 and does not say so',
    silent: true,
    cure: 'Lower the priority or the weights, so that a failure moves the priority.',
    example: `${script}vrrp_script other {\n    script /usr/bin/other\n}\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 250\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${tracking('check weight 20')}${tracking('other weight 30')}}\n`,
  },
  'track.small-weight': {
    severity: 'note',
    title: 'a weight that moves little',
    meaning:
      'A failure moves the priority by a few points only. The address moves only if the priority of another router lies in between.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Take a weight larger than the distance between the priorities of the routers.',
    example: `${script}${instance(tracking('check weight -2'))}`,
  },
  'track.weight-with-nopreempt': {
    severity: 'warning',
    title: 'weights beside nopreempt',
    meaning:
      'A backup with nopreempt does not take over from a master whose priority fell. If all routers have nopreempt, a failed check moves nothing.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Take weight 0, so that a failure is a fault and the master resigns, or remove nopreempt.',
    example: `${script}${instance(`    nopreempt\n${tracking('check weight -20')}`)}`,
  },
  'track.script-without-command': {
    severity: 'warning',
    title: 'a vrrp_script without script',
    meaning: 'There is nothing to run, so entries that name it are ignored.',
    keepalived: 'keepalived reports it and removes the script',
    cure: 'Write script with the command.',
    example: 'vrrp_script check {\n    interval 2\n}\n',
  },
  'track.never-used': {
    severity: 'note',
    title: 'a script or probe that nothing tracks',
    meaning: 'It is defined and no instance or group tracks it, so it is never run.',
    keepalived: 'keepalived does not run it either, and says so only in its log',
    cure: 'Name it in track_script, or remove it.',
    example: script,
  },
  'track.probe-without-target': {
    severity: 'warning',
    title: 'a vrrp_probe that asks nothing',
    meaning: 'There is nothing to ask, so entries that name it are ignored.',
    keepalived: 'keepalived has no probes',
    silent: true,
    cure: 'Write ping, tcp, http or process.',
    example: `vrrp_probe gateway {\n    interval 1\n}\n${instance(tracking('gateway'))}`,
  },
  'track.probe-quorum-too-high': {
    severity: 'warning',
    title: 'a quorum that cannot be reached',
    meaning: 'The probe needs more answers than it asks for, so it is always down.',
    keepalived: 'keepalived has no probes',
    silent: true,
    cure: 'Lower the quorum, or name more targets.',
    example: `vrrp_probe gateway {\n    ping 192.0.2.1\n    quorum 2\n}\n${instance(tracking('gateway'))}`,
  },
  'track.script-and-probe': {
    severity: 'warning',
    title: 'a script and a probe of one name',
    meaning: 'Entries of track_script that give this name mean the script; the probe is not run.',
    keepalived: 'keepalived has no probes',
    silent: true,
    cure: 'Rename one of the two.',
    example: `${script}vrrp_probe check {\n    ping 192.0.2.1\n}\n${instance(tracking('check'))}`,
  },
  'track.timeout-beyond-interval': {
    severity: 'note',
    title: 'a timeout longer than the interval',
    meaning:
      'A run that is still going when the next is due makes the next one wait, so results come later than the interval promises.',
    keepalived: 'keepalived waits too and does not say so',
    silent: true,
    cure: 'Take a timeout of at most the interval.',
    example: `vrrp_script check {\n    script /usr/bin/check\n    interval 2\n    timeout 10\n}\n${instance(tracking('check'))}`,
  },
  'track.nothing-to-watch': {
    severity: 'warning',
    title: 'a tracker that names nothing to watch',
    meaning:
      'The block has a name, and lacks the keyword that says what is watched. It is left out.',
    keepalived:
      'keepalived reports it and leaves the block out, so that whoever tracks it tracks nothing',
    cure: 'Write the keyword that the message names, or remove the block.',
    example: 'track_file drain {\n    weight -1\n}\n',
  },
  'track.value-without-effect': {
    severity: 'warning',
    title: 'a value beyond what a priority can change',
    meaning: 'A priority is between 1 and 254, so no value beyond -254 to 254 says more.',
    keepalived: 'keepalived reports it and writes the value into the file',
    cure: 'Write a number between -254 and 254.',
    example:
      'track_file drain {\n    file /run/drain\n    init_file 500\n}\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n    track_file {\n        drain\n    }\n}\n',
  },
} as const satisfies CodeTable;
