/** One instance in the dump of data. Readers look for titles, so those are keepalived's to the letter. */
import { toMilliseconds, toSeconds } from '../../base/units.ts';
import { masterDownInterval } from '../../protocol/vrrp/timing.ts';
import { addressText } from './address-text.ts';
import { renderMoment } from './moment.ts';
import {
  type InstancePicture,
  masked,
  ownDevice,
  type Picture,
  wallOf,
  wantedState,
} from './picture.ts';
import { virtualRoutes, virtualRules } from './route-text.ts';
import { scriptLine } from './script-line.ts';

export function instanceBlock(instance: InstancePicture, picture: Picture): readonly string[] {
  const { model } = instance;
  return [
    ` VRRP Instance = ${model.name}`,
    `   VRRP Version = ${model.version}`,
    ...(instance.group === undefined ? [] : [`   Sync group = ${instance.group}`]),
    ...(model.family === 'ipv6' ? ['   Using Native IPv6'] : []),
    ...stateLines(instance, picture),
    ...placeLines(instance),
    ...announcementLines(instance),
    ...electionLines(instance),
    ...secretLines(instance),
    ...addressLines(instance),
    ...peerLines(instance),
    ...trackLines(instance),
    ...notifyLines(instance),
  ];
}

function stateLines(instance: InstancePicture, { status }: Picture): readonly string[] {
  const { model, now } = instance;
  const waiting = model.trackers.filter(({ tracker }) =>
    status.snapshot?.trackers.some((one) => one.tracker === tracker && one.verdict === 'pending'),
  );
  const { deadline } = now;
  const downInterval = masterDownInterval({
    version: model.version,
    priority: now.priority.effective,
    masterInterval: now.masterInterval,
    downTimerAdverts: model.downTimerAdverts,
  });
  return [
    `   State = ${now.state.toUpperCase()}`,
    ...masterLines(instance),
    model.transport.kind === 'unicast' ? '   Flags:\n     Using unicast' : '   Flags: none',
    `   Wantstate = ${wantedState(instance).toUpperCase()}`,
    '   Number of config faults = 0',
    `   Number of interface and track script faults = ${now.faults.length}`,
    `   Number of track scripts init = ${waiting.length}`,
    `   Last transition = ${renderMoment(wallOf(status, now.since))}`,
    `   Read timeout = ${deadline === undefined ? 'DISABLED' : renderMoment(wallOf(status, deadline))}`,
    `   Master down timer = ${downInterval} usecs`,
  ];
}

/** What keepalived shows, of every family and form, until a master has been heard. */
const nobody = '224.0.0.18';

/** Of a backup: whom it has heard. */
function masterLines({ model, now }: InstancePicture): readonly string[] {
  if (now.state !== 'backup') return [];
  const interval = (toMilliseconds(now.masterInterval) / 1_000).toFixed(2);
  return [
    `   Master router = ${now.master?.address ?? nobody}`,
    `   Master priority = ${now.master?.priority ?? 0}`,
    ...(model.version === 3 ? [`   Master advert int = ${interval} sec`] : []),
  ];
}

function interfaceLines({ model, now }: InstancePicture): readonly string[] {
  const own = ownDevice(model);
  if (own === undefined) {
    return model.interface === undefined ? [] : [`   Interface = ${model.interface}`];
  }
  const { name, parent, device } = own;
  const onBase = model.sendsFrom === undefined;
  // Else it could not be what it is.
  const isUp = now.state !== 'fault';
  const what = device.kind === 'ipvlan' ? 'IPVLAN' : 'VMAC';
  return [
    `   Use ${what}, i/f name ${name}, is_up = ${isUp}, xmit_base = ${onBase}`,
    `   Interface = ${name}, ${what.toLowerCase()} on ${parent}${onBase ? ', xmit base i/f' : ''}`,
  ];
}

function placeLines(instance: InstancePicture): readonly string[] {
  const { model, now } = instance;
  const { transport } = model;
  const source = now.source ?? '(none)';
  const configured = transport.source === undefined ? '' : ' (from configuration)';
  return [
    ...interfaceLines(instance),
    ...(model.skipCheckAdvertAddresses ? ['   Skip checking advert IP addresses'] : []),
    `   Using src_ip = ${source}${configured}`,
    ...(transport.kind === 'multicast' ? [`   Multicast address ${transport.group}`] : []),
  ];
}

function announcementLines({ model }: InstancePicture): readonly string[] {
  const { garp } = model;
  return [
    `   Gratuitous ARP delay = ${Math.floor(toSeconds(garp.masterDelay))}`,
    `   Gratuitous ARP repeat = ${garp.masterRepeat}`,
    `   Gratuitous ARP refresh = ${Math.floor(toSeconds(garp.masterRefresh))}`,
    `   Gratuitous ARP refresh repeat = ${garp.masterRefreshRepeat}`,
    `   Gratuitous ARP lower priority delay = ${Math.floor(toSeconds(garp.lowerPriorityDelay))}`,
    `   Gratuitous ARP lower priority repeat = ${garp.lowerPriorityRepeat}`,
    `   Down timer adverts = ${model.downTimerAdverts}`,
    `   Send advert after receive lower priority advert = ${!model.lowerPriorityNoAdvert}`,
    `   Send advert after receive higher priority advert = ${model.higherPrioritySendAdvert}`,
  ];
}

function electionLines({ model, now }: InstancePicture): readonly string[] {
  const { priority, preemptDelay, advertInterval } = { ...model, priority: now.priority };
  const total = priority.terms.reduce((sum, { amount }) => sum + amount, priority.base);
  const interval =
    model.version === 2
      ? `${toSeconds(advertInterval)} sec`
      : `${toMilliseconds(advertInterval)} milli-sec`;
  const able = (value: boolean) => (value ? 'enabled' : 'disabled');
  return [
    `   Virtual Router ID = ${model.virtualRouterId}`,
    `   Priority = ${priority.base}`,
    `   Effective priority = ${priority.effective}`,
    `   Total priority = ${total}`,
    `   Advert interval = ${interval}`,
    ...(now.state === 'backup' && model.version === 3
      ? [`   Master advert interval = ${toMilliseconds(now.masterInterval)} milli-sec`]
      : []),
    `   Accept = ${able(model.accept)}`,
    `   Preempt = ${able(model.preempt)}`,
    ...(preemptDelay > 0 ? [`   Preempt delay = ${toSeconds(preemptDelay)} secs`] : []),
    `   Promote_secondaries = ${able(model.promoteSecondaries)}`,
  ];
}

function secretLines({ model }: InstancePicture): readonly string[] {
  switch (model.authentication.kind) {
    case 'none':
      return model.version === 2 ? ['   Authentication type = none'] : [];
    case 'pass':
      return ['   Authentication type = SIMPLE_PASSWORD', `   Password = ${masked}`];
    case 'ah':
      return ['   Authentication type = IPSEC_AH'];
  }
}

function addressLines(instance: InstancePicture): readonly string[] {
  const { addresses, excludedAddresses, entries } = instance.model;
  const lines = (list: typeof addresses) => list.map((one) => `     ${addressText(one, instance)}`);
  return [
    ...(addresses.length === 0
      ? []
      : [`   Virtual IP (${addresses.length}):`, ...lines(addresses)]),
    ...(excludedAddresses.length === 0
      ? []
      : ['   Virtual IP Excluded :', ...lines(excludedAddresses)]),
    ...under('Virtual Routes', virtualRoutes(entries)),
    ...under('Virtual Rules', virtualRules(entries)),
  ];
}

function under(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`   ${title} :`, ...lines.map((line) => `     ${line}`)];
}

function peerLines({ model }: InstancePicture): readonly string[] {
  const { transport, family } = model;
  if (transport.kind === 'multicast') return [];
  return [
    ...(family === 'ipv4' ? [`   Unicast TTL = ${transport.hopLimit}`] : []),
    `   Check unicast src : ${transport.checkSource ? 'yes' : 'no'}`,
    '   Unicast Peer :',
    ...transport.peers.map(
      ({ address, hopLimitMin, hopLimitMax }) =>
        `     ${address} min_ttl ${hopLimitMin} max_ttl ${hopLimitMax}`,
    ),
    ...(family === 'ipv4' ? [`   Unicast checksum compatibility = ${checksumWord(model)}`] : []),
  ];
}

function checksumWord({ oldUnicastChecksum: word }: InstancePicture['model']): string {
  if (word === undefined) return 'no';
  return word === 'always' ? 'config' : 'never';
}

const trackerTitles = {
  script: 'Tracked scripts',
  file: 'Tracked files',
  process: 'Tracked processes',
  bfd: 'Tracked BFDs',
} as const;

function trackLines({ model }: InstancePicture): readonly string[] {
  const weighed = (name: string, { weight, reverse }: { weight: number; reverse: boolean }) =>
    `     ${name} weight ${weight}${reverse ? ' reverse' : ''}`;
  const links = model.trackedInterfaces.map((one) => weighed(one.interface, one));
  return [
    ...(links.length === 0 ? [] : ['   Tracked interfaces :', ...links]),
    ...Object.entries(trackerTitles).flatMap(([kind, title]) => {
      const own = model.trackers.filter(({ tracker }) => tracker.startsWith(`${kind}:`));
      const lines = own.map((one) => weighed(one.tracker.slice(kind.length + 1), one));
      return lines.length === 0 ? [] : [`   ${title} :`, ...lines];
    }),
  ];
}

function notifyLines({ notify, mailed, tellsPriority }: InstancePicture): readonly string[] {
  return [
    `   Using smtp notification = ${mailed ? 'yes' : 'no'}`,
    `   Notify deleted = ${notify?.tellDeleted === true ? 'Deleted' : 'Fault'}`,
    ...scriptLine('Backup', notify?.backup),
    ...scriptLine('Master', notify?.master),
    ...scriptLine('Fault', notify?.fault),
    ...scriptLine('Stop', notify?.stop),
    ...scriptLine('Deleted', notify?.deleted),
    ...scriptLine('Generic', notify?.every),
    ...scriptLine('Master rx lower pri', notify?.lowerPriority),
    `   Notify priority changes = ${tellsPriority}`,
  ];
}
