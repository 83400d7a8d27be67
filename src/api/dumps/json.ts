/** The JSON dump: keepalived's names, and its mixture of true and 1. */
import { type Duration, toSeconds } from '../../base/units.ts';
import type { Command } from '../../daemon/scripts/command.ts';
import { addressText } from './address-text.ts';
import {
  type InstancePicture,
  masked,
  ownDevice,
  type Picture,
  renderWords,
  scriptCommand,
  stateNumber,
  wallOf,
  wantedState,
} from './picture.ts';
import { trackedProcesses } from './process-json.ts';
import { virtualRoutes, virtualRules } from './route-text.ts';
import { countersOf } from './statistics.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Version 1 is an array of instances, version 2 an object that holds it. */
export function* jsonPieces(picture: Picture): Generator<string> {
  const isFirst = picture.plan.doors.dumps.version === 1;
  yield isFirst ? '[' : '{"vrrp":[';
  for (const [index, instance] of picture.instances.entries()) {
    const one = { data: dataOf(instance, picture), stats: countersOf(instance.statistics) };
    yield `${index === 0 ? '' : ','}${JSON.stringify(one)}`;
  }
  yield isFirst ? ']' : `],"track_process":${JSON.stringify(trackedProcesses(picture))}}`;
}

function dataOf(instance: InstancePicture, picture: Picture): Fields {
  const { model, now, mailed, notify } = instance;
  const link = ownDevice(model)?.name ?? model.interface;
  return {
    iname: model.name,
    dont_track_primary: bit(!model.trackPrimary),
    skip_check_adv_addr: bit(model.skipCheckAdvertAddresses),
    strict_mode: bit(model.strict),
    vmac_ifname: ownDevice(model)?.name ?? '',
    ...(link === undefined ? {} : { ifp_ifname: link }),
    master_priority: now.master?.priority ?? 0,
    last_transition: wallOf(picture.status, now.since) / 1_000_000,
    ...announcements(instance),
    vrid: model.virtualRouterId,
    base_priority: now.priority.base,
    effective_priority: now.priority.effective,
    vipset: now.addresses.some(({ present }) => present),
    promote_secondaries: model.promoteSecondaries,
    adver_int: toSeconds(model.advertInterval),
    master_adver_int: toSeconds(now.masterInterval),
    accept: bit(model.accept),
    nopreempt: !model.preempt,
    preempt_delay: wholeSeconds(model.preemptDelay),
    state: stateNumber[now.state],
    wantstate: stateNumber[wantedState(instance)],
    version: model.version,
    smtp_alert: mailed,
    notify_deleted: notify?.tellDeleted ?? false,
    ...scripts(instance),
    ...lists(instance, picture),
    ...authentication(instance),
  };
}

function announcements({ model }: InstancePicture): Fields {
  const { garp } = model;
  return {
    garp_delay: toSeconds(garp.masterDelay),
    garp_refresh: wholeSeconds(garp.masterRefresh),
    garp_rep: garp.masterRepeat,
    garp_refresh_rep: garp.masterRefreshRepeat,
    garp_lower_prio_delay: wholeSeconds(garp.lowerPriorityDelay),
    garp_lower_prio_rep: garp.lowerPriorityRepeat,
    lower_prio_no_advert: bit(model.lowerPriorityNoAdvert),
    higher_prio_send_advert: bit(model.higherPrioritySendAdvert),
  };
}

function scripts({ notify }: InstancePicture): Fields {
  const all: Readonly<Record<string, Command | undefined>> = {
    script_backup: notify?.backup,
    script_master: notify?.master,
    script_fault: notify?.fault,
    script_stop: notify?.stop,
    script_deleted: notify?.deleted,
    script: notify?.every,
    script_master_rx_lower_pri: notify?.lowerPriority,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, command]) =>
      command === undefined ? [] : [[name, renderWords(command)]],
    ),
  );
}

/** An empty list is left out. */
function lists(instance: InstancePicture, { plan }: Picture): Fields {
  const { model } = instance;
  const tracked = (kind: string) =>
    model.trackers.filter(({ tracker }) => tracker.startsWith(`${kind}:`));
  const all: Readonly<Record<string, readonly string[]>> = {
    vips: model.addresses.map((one) => addressText(one, instance)),
    evips: model.excludedAddresses.map((one) => addressText(one, instance)),
    vroutes: virtualRoutes(model.entries),
    vrules: virtualRules(model.entries),
    track_ifp: model.trackedInterfaces.map(({ interface: link }) => link),
    track_script: tracked('script').flatMap(({ tracker }) => {
      const command = scriptCommand(plan, tracker);
      return command === undefined ? [] : [renderWords(command)];
    }),
    track_process: tracked('process').map(({ tracker }) => tracker.slice('process:'.length)),
  };
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0));
}

const authenticationTypes = { none: 0, pass: 1, ah: 2 } as const;

/** keepalived's numbers. The secret itself is nobody's business. */
function authentication({ model }: InstancePicture): Fields {
  const { kind } = model.authentication;
  const type = { auth_type: authenticationTypes[kind] };
  return kind === 'none' ? type : { ...type, auth_data: masked };
}

/** keepalived shows these cut off, and readers take them for whole numbers. */
function wholeSeconds(length: Duration): number {
  return Math.floor(toSeconds(length));
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
