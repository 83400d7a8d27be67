/** The grammars of lines and values that several keywords share, by name, for the manual and for completion. */
import type { Value } from '../config/schema-value.ts';
import { boolean } from '../config/schema-word.ts';
import { addressLine } from './values/address-line.ts';
import { linkPolling, upDownDelay } from './values/interface-lines.ts';
import { lvsMethod } from './values/lvs-method.ts';
import { routeLine } from './values/route-line.ts';
import { ruleLine } from './values/rule-line.ts';
import { scriptCommand } from './values/script-command.ts';
import { groupEntry } from './values/service.ts';
import {
  trackBfdLine,
  trackFileLine,
  trackInterfaceLine,
  trackProcessLine,
  trackScriptLine,
} from './values/track-line.ts';
import { unicastPeerLine } from './values/unicast-peer-line.ts';

/** One way to begin a value: what stands first, or the word that decides its form. */
export interface ValueLead {
  readonly doc: string;
  readonly example: string;
}

export interface ValueForm {
  readonly value: Value<unknown>;
  readonly doc: string;
  /** By what stands first. The options behind it are listed by the value itself. */
  readonly leads: Readonly<Record<string, ValueLead>>;
}

const tracked = (value: Value<unknown>, lead: string, what: string, name: string): ValueForm => ({
  value,
  doc: `${what}, with a weight of its own where one is written.`,
  leads: {
    [lead]: { doc: `Name of the ${what.toLowerCase()}.`, example: `${name} weight -20 reverse` },
  },
});

export const valueForms: Readonly<Record<string, ValueForm>> = {
  address: {
    value: addressLine,
    doc: 'An address with its options.',
    leads: {
      '<ADDR>[/<PREFIX>]': {
        doc: 'The address; without prefix length it is a host address.',
        example: '192.0.2.1/24',
      },
    },
  },
  route: {
    value: routeLine,
    doc: 'A route.',
    leads: {
      default: { doc: 'The default route of the family.', example: 'default via 192.0.2.2' },
    },
  },
  rule: { value: ruleLine, doc: 'A policy rule.', leads: {} },
  track_interface: tracked(trackInterfaceLine, '<IF>', 'Interface', 'eth1'),
  track_script: tracked(trackScriptLine, '<SCRIPT>', 'Script', 'check_web'),
  track_file: tracked(trackFileLine, '<FILE>', 'File', 'drain'),
  track_process: tracked(trackProcessLine, '<PROCESS>', 'Process', 'haproxy'),
  track_bfd: tracked(trackBfdLine, '<BFD>', 'BFD session', 'to_peer'),
  unicast_peer: {
    value: unicastPeerLine,
    doc: 'A peer that advertisements are sent to.',
    leads: { '<ADDR>': { doc: 'Its address.', example: '192.0.2.11 min_ttl 254 max_ttl 255' } },
  },
  vsg: {
    value: groupEntry,
    doc: 'One or more services of a group.',
    leads: {
      '<IP>[-<LAST>] | <IP>/<MASK>': {
        doc: 'An address, a range of them or a network, and a port.',
        example: '192.0.2.1-9 80',
      },
      fwmark: { doc: 'A firewall mark, with its family.', example: 'fwmark 7 inet6' },
    },
  },
  lvs_method: {
    value: lvsMethod,
    doc: 'How IPVS forwards packets.',
    leads: {
      NAT: { doc: 'Rewrites addresses; answers come back through here.', example: 'NAT' },
      DR: { doc: 'Passes frames on; servers answer by themselves.', example: 'DR' },
      TUN: { doc: 'Puts packets into a tunnel.', example: 'TUN type gue port 6080 csum' },
    },
  },
  script_command: {
    value: scriptCommand,
    doc: 'A command, and who runs it.',
    leads: {
      '<PATH>': {
        doc: 'A path alone, or command and arguments in double quotes.',
        example: '"/usr/local/bin/tell --now" nobody nogroup',
      },
    },
  },
  bool: {
    value: boolean,
    doc: 'A switch; nothing at all means true.',
    leads: {
      true: { doc: 'Switches it on; also on, yes.', example: 'yes' },
      false: { doc: 'Switches it off; also off, no.', example: 'off' },
    },
  },
  if_up_down: {
    value: upDownDelay,
    doc: 'How long changes of an interface are held back.',
    leads: {
      '<IF>': { doc: 'The interface, and seconds for down and for up.', example: 'eth1 1.5 3' },
    },
  },
  linkbeat_if: {
    value: linkPolling,
    doc: 'An interface whose link is polled.',
    leads: { '<IF>': { doc: 'The interface, and how it is polled.', example: 'eth1 ETHTOOL' } },
  },
};
