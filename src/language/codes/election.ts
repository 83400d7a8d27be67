import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;

export const electionCodes = {
  'vrrp.nopreempt-with-master': {
    severity: 'warning',
    title: 'nopreempt beside state MASTER',
    meaning:
      'An instance that begins as master cannot also wait for the master to go. It preempts.',
    keepalived: 'keepalived reports it and clears nopreempt',
    cure: 'Write state BACKUP on every router that has nopreempt.',
    example: instance('    state MASTER\n    priority 100\n    nopreempt\n'),
  },
  'vrrp.nopreempt-with-owner': {
    severity: 'warning',
    title: 'nopreempt beside priority 255',
    meaning: 'The owner of the addresses always takes them; nopreempt is ignored.',
    keepalived: 'keepalived reports it and clears nopreempt',
    cure: 'Lower the priority to 254 or less, or remove nopreempt.',
    example: instance('    priority 255\n    nopreempt\n'),
  },
  'vrrp.owner-by-omission': {
    severity: 'warning',
    title: 'state MASTER without priority',
    meaning:
      'Without a priority, state MASTER means priority 255, the owner of the addresses: trackers with weights do nothing, and nobody can take over while it lives.',
    keepalived: 'keepalived takes priority 255 and does not say so',
    silent: true,
    cure: 'Write priority; 100 is usual.',
    example: instance('    state MASTER\n'),
  },
  'vrrp.preempt-delay-unused': {
    severity: 'warning',
    title: 'preempt_delay that cannot come to pass',
    meaning: 'The delay applies to a backup that preempts, and this instance is none.',
    keepalived: 'keepalived reports it and clears the delay',
    cure: 'Remove preempt_delay, or write state BACKUP and remove nopreempt.',
    example: instance('    priority 100\n    nopreempt\n    preempt_delay 5\n'),
  },
  'vrrp.timer-expired-unused': {
    severity: 'warning',
    title: 'timer_expired_backup without nopreempt',
    meaning: 'Only an instance with nopreempt yields when its timer fired too late.',
    keepalived: 'keepalived ignores it without nopreempt',
    cure: 'Add nopreempt, or remove timer_expired_backup.',
    example: instance('    priority 100\n    timer_expired_backup\n'),
  },
  'vrrp.master-with-header': {
    severity: 'warning',
    title: 'state MASTER beside auth_type AH',
    meaning:
      'An authentication header carries a sequence number, and who takes over goes on from the last one that he heard. So the instance begins as backup and listens first; the election follows the priorities.',
    keepalived: 'keepalived reports it and begins as backup too',
    cure: 'Write state BACKUP.',
    example: instance(
      '    state MASTER\n    priority 100\n    authentication {\n        auth_type AH\n        auth_pass secret\n    }\n',
    ),
  },
  'vrrp.owner-hears-nobody': {
    severity: 'warning',
    title: 'owner_ignore_adverts false beside priority 255',
    meaning: 'The owner of the addresses ignores advertisements always; the line changes nothing.',
    keepalived: 'keepalived does not say so, and ignores advertisements too',
    silent: true,
    cure: 'Remove the line, or lower the priority to 254 or less.',
    example: instance('    priority 255\n    owner_ignore_adverts false\n'),
  },
  'vrrp.interval-fraction': {
    severity: 'warning',
    title: 'an interval that version 2 cannot say',
    meaning: 'Version 2 advertises its interval in whole seconds. It is rounded.',
    keepalived: 'keepalived reports it and rounds, to one second at least',
    cure: 'Write whole seconds, or version 3 on every router.',
    example: instance('    advert_int 0.5\n'),
  },
  'vrrp.interval-too-long': {
    severity: 'warning',
    title: 'an interval that version 3 cannot say',
    meaning: 'Version 3 has twelve bits for the interval, so 40.95 seconds is the longest.',
    keepalived: 'keepalived reports it and uses 40.95 seconds',
    cure: 'Write at most 40.95.',
    example: instance('    version 3\n    advert_int 60\n'),
  },
  'vrrp.strict-corrects': {
    severity: 'warning',
    title: 'something that strict mode does not allow',
    meaning: 'Strict mode keeps to the letter of the standard and overrules this line.',
    keepalived: 'keepalived reports it and corrects it in the same way',
    cure: 'Remove the line, or switch strict mode off for the instance.',
    example: `global_defs {\n    vrrp_strict\n}\n${instance('    preempt_delay 5\n')}`,
  },
} as const satisfies CodeTable;
