/** What examinations may look at, and what they may try. Everything of it can be made up, so that a judgement is tested alone. */
import type { Address, Ipv4, Mac } from '../../base/address.ts';
import type { BalancedService } from '../../engine/balancer/model.ts';
import type { InstanceModel } from '../../engine/model.ts';
import type { Link, LinkAddress } from '../../ports.ts';
import type { Ruleset } from './filter.ts';
import type { Finding } from './finding.ts';
import type { HeardAdvertisement } from './heard.ts';
import type { SavedRules } from './probes/saved-rules.ts';
import type { WrittenServer } from './written-server.ts';

export interface Patient {
  readonly services: readonly BalancedService[];
  /** As they stand in the file: the services above have corrections applied. */
  readonly written: readonly WrittenServer[];
  /** `lvs_plane`, else what this host has; undefined where it has neither. */
  readonly plane: 'ipvs' | 'nftables' | undefined;
  readonly instances: readonly InstanceModel[];
  /** Of the daemon that runs here, by instance; empty where none runs. */
  readonly states: ReadonlyMap<string, string>;
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  /** Relative to /proc/sys, with slashes; undefined where the kernel has no such setting. */
  readonly setting: (name: string) => string | undefined;
  /** The interface by which packets to an address leave; undefined without a route. */
  readonly linkTowards: (address: Address) => Link | undefined;
  /** undefined: it could not be read. */
  readonly ruleset: Ruleset | undefined;
  readonly saved: readonly SavedRules[];
  readonly heard: readonly HeardAdvertisement[];
  /** What a manager of networks would do to an interface, by its index: the words for it, and its cure. */
  readonly managers: ReadonlyMap<number, { readonly what: string; readonly cure: string }>;
  readonly probes: Probes;
}

export type Connecting =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' }
  /** No answer in time, or no way there: the error's name. */
  | { readonly kind: 'silent'; readonly code: string };

export interface Probes {
  /** Who on the link says that an address is his. */
  readonly claims: (link: Link, address: Address) => Promise<readonly Mac[]>;
  readonly connect: (to: Address, port: number, from?: Address) => Promise<Connecting>;
  /** A connection to an address that is handed to a MAC, as DR does; undefined where that cannot be tried. */
  readonly knock: (
    link: Link,
    to: { readonly mac: Mac; readonly address: Ipv4; readonly port: number },
  ) => Promise<Connecting | undefined>;
  readonly answersPing: (address: Address) => Promise<boolean>;
}

export type Examination = (patient: Patient) => readonly Finding[] | Promise<readonly Finding[]>;

export type { Finding };
