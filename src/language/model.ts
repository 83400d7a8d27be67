/** The model of a configuration: what the table of keywords says, filled in. Plain data. */
import type { Infer } from '../config/schema.ts';
import type { globalDefs } from './sections/global.ts';
import type { vrrpInstance } from './sections/instance.ts';
import type { probe } from './sections/probe.ts';
import type { realServer } from './sections/real-server.ts';
import type { root } from './sections/root.ts';
import type { trackScript } from './sections/script.ts';
import type { syncGroup } from './sections/sync-group.ts';
import type { bfdInstance, trackProcess } from './sections/trackers.ts';
import type { virtualServer } from './sections/virtual-server.ts';
import type { webhook } from './sections/webhook.ts';

export type Model = Infer<typeof root>;
export type GlobalDefs = Infer<typeof globalDefs>;
export type VrrpInstance = Infer<typeof vrrpInstance>;
export type SyncGroup = Infer<typeof syncGroup>;
export type TrackScript = Infer<typeof trackScript>;
export type Probe = Infer<typeof probe>;
export type BfdInstance = Infer<typeof bfdInstance>;
export type TrackProcess = Infer<typeof trackProcess>;
export type VirtualServer = Infer<typeof virtualServer>;
export type RealServer = Infer<typeof realServer>;
export type Webhook = Infer<typeof webhook>;
