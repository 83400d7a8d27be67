import type { CodeTable } from '../../config/codes.ts';

export const scriptCodes = {
  'script.security-off': {
    severity: 'warning',
    title: 'scripts that run as root whoever can change them',
    meaning:
      'Scripts run as root, and enable_script_security is not written: whoever can write one of them, or a folder on its path, can run anything as root.',
    keepalived: 'keepalived reports a security violation and runs the scripts',
    cure: 'Write script_user with an unprivileged user, or enable_script_security, into global_defs.',
    example:
      'vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n    notify /etc/keepalived/notify.sh\n}\n',
  },
  'script.user-below': {
    severity: 'note',
    title: 'a script that stands above script_user',
    meaning:
      'script_user counts for all scripts that name no user, wherever in the file it stands.',
    keepalived:
      'keepalived lets script_user count for the scripts below it only, and runs those above as keepalived_script or as root',
    cure: 'Move global_defs with script_user to the top of the file, so that both run it the same way.',
    example:
      'vrrp_script check {\n    script /usr/local/bin/check\n    weight -20\n}\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n    track_script {\n        check\n    }\n}\nglobal_defs {\n    script_user nobody\n}\n',
  },
} as const satisfies CodeTable;

export const wholeCodes = {
  'language.nothing-to-run': {
    severity: 'warning',
    title: 'a configuration in which nothing runs',
    meaning:
      'The file names no instance and no service that can run. The daemon starts and does nothing.',
    keepalived: 'keepalived starts and does nothing',
    silent: true,
    cure: 'Look for blocks that were skipped above, or write a vrrp_instance.',
    example: 'global_defs {\n    router_id web_a\n}\n',
  },
} as const satisfies CodeTable;
