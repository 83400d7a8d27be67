import type { CodeTable } from '../../config/codes.ts';

const instance = (name: string, id: number, lines = ''): string =>
  `vrrp_instance ${name} {\n    interface eth0\n    virtual_router_id ${id}\n    priority 100\n    virtual_ipaddress {\n        10.0.0.${id}/24\n    }\n${lines}}\n`;
const group = (name: string, members: string): string =>
  `vrrp_sync_group ${name} {\n    group {\n        ${members}\n    }\n}\n`;
const two = `${instance('VI_1', 51)}${instance('VI_2', 52)}`;

export const syncGroupCodes = {
  'group.single-member': {
    severity: 'warning',
    title: 'a sync group of one',
    meaning: 'A group makes instances move together; one instance moves by itself anyway.',
    keepalived: 'keepalived reports it and keeps the group',
    cure: 'Add the other instances, or remove the group.',
    example: `${instance('VI_1', 51)}${group('VG_1', 'VI_1')}`,
  },
  'group.unknown-member': {
    severity: 'warning',
    title: 'a member that does not exist',
    meaning: 'The group names an instance that is defined nowhere. The name is ignored.',
    keepalived: 'keepalived reports it and ignores the name',
    cure: 'Correct the name, or define the instance.',
    example: `${two}${group('VG_1', 'VI_1 VI_2 VI_3')}`,
  },
  'group.empty': {
    severity: 'warning',
    title: 'a sync group without members',
    meaning: 'No instance of the group exists. The group is left out.',
    keepalived: 'keepalived reports it and removes the group',
    cure: 'Name instances in group { … }, or remove the group.',
    example: `${instance('VI_1', 51)}${group('VG_1', 'VI_9')}`,
  },
  'group.member-taken': {
    severity: 'warning',
    title: 'an instance in two groups',
    meaning: 'An instance moves with one group. It stays in the first.',
    keepalived: 'keepalived reports it and leaves the instance in the first group',
    cure: 'Name the instance in one group only.',
    example: `${two}${instance('VI_3', 53)}${group('VG_1', 'VI_1 VI_2')}${group('VG_2', 'VI_2 VI_3')}`,
  },
  'group.weights-dropped': {
    severity: 'warning',
    title: 'weighted trackers inside a group',
    meaning:
      'Members of a group must agree, so trackers with weights of a member are dropped; its node runs unwatched by them.',
    keepalived:
      'keepalived reports it and drops them; release 2.2.7 counts those of interfaces all the same',
    cure: 'Track without weight, track in the group, or write sync_group_tracking_weight into the group.',
    example: `vrrp_script check {\n    script /usr/bin/check\n    weight -20\n}\n${instance('VI_1', 51, '    track_script {\n        check\n    }\n')}${instance('VI_2', 52)}${group('VG_1', 'VI_1 VI_2')}`,
  },
  'group.priorities-differ': {
    severity: 'note',
    title: 'members with different priorities',
    meaning:
      'Members of a group move together, and different priorities on one node make it unclear which node wins.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Give all members of a group the same priority on one node.',
    example: `${two.replace('priority 100', 'priority 150')}${group('VG_1', 'VI_1 VI_2')}`,
  },
  'group.tracked-twice': {
    severity: 'warning',
    title: 'an interface that the group and its member track',
    meaning:
      'What the group tracks holds for all of its members, so the entry of the member says nothing more.',
    keepalived: 'keepalived reports it and tracks both',
    cure: 'Remove the entry of the instance, or that of the group.',
    example:
      'vrrp_sync_group G {\n    group {\n        VI_1\n    }\n    track_interface {\n        eth1\n    }\n}\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n    track_interface {\n        eth1\n    }\n}\n',
  },
} as const satisfies CodeTable;
