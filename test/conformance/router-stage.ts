/** One virtual router by itself: `stepRouter` and nothing around it. */
import assert from 'node:assert/strict';
import { type Duration, type Instant, seconds } from '../../src/base/units.ts';
import type { Cause } from '../../src/protocol/vrrp/cause.ts';
import { stepRouter } from '../../src/protocol/vrrp/router.ts';
import {
  initialRouterState,
  type RouterConfig,
  type RouterInput,
  type RouterState,
  routerDeadline,
} from '../../src/protocol/vrrp/state.ts';
import { tellCause, tellEffect, tellState } from './tell.ts';
import type { Stage } from './transcript.ts';
import {
  addressOf,
  type Command,
  durationOf,
  instantOf,
  isSet,
  numberOf,
  type Options,
} from './words.ts';

interface Play {
  options: Options;
  config: RouterConfig;
  state: RouterState;
  now: Instant;
}

export function createRouterStage(): Stage {
  const play: Play = {
    options: new Map(),
    config: configOf(new Map()),
    state: initialRouterState,
    now: 0 as Instant,
  };
  return {
    perform(command) {
      if (command.name === 'router') {
        play.options = command.options;
        play.config = configOf(command.options);
        play.state = initialRouterState;
        play.now = 0 as Instant;
        return [];
      }
      if (command.name === 'adjust') {
        play.options = new Map([...play.options, ...command.options]);
        play.config = configOf(play.options);
      }
      const due = command.name === 'wake' ? routerDeadline(play.state) : undefined;
      play.now = instantOf(command.options, 'at') ?? due ?? play.now;
      return step(play, inputOf(command, play));
    },
  };
}

function step(play: Play, input: RouterInput): string[] {
  const before = play.state;
  const { state, effects, cause } = stepRouter(play.config, before, input, play.now);
  play.state = state;
  assert.equal(cause !== undefined, before.kind !== state.kind || input.kind === 'stop');
  const lines: string[] = [];
  if (cause !== undefined) lines.push(`${before.kind} -> ${state.kind}: ${tellCause(cause)}`);
  lines.push(...effects.map(tellEffect), tellState(state, play.config.advertInterval));
  return lines;
}

function inputOf({ name, options }: Command, play: Play): RouterInput {
  const group: Cause = { kind: 'group', group: 'G', member: 'B', to: 'master' };
  switch (name) {
    case 'startup':
      return { kind: 'start', cause: { kind: 'start' } };
    case 'fault':
      return { kind: 'fault', cause: { kind: 'fault', faults: [] } };
    case 'recover':
      return { kind: 'start', cause: { kind: 'fault-cleared', cleared: [] } };
    case 'advertisement':
      return {
        kind: 'advertisement',
        from: addressOf(options, 'from', '10.0.0.2'),
        local: addressOf(play.options, 'local', '10.0.0.1'),
        priority: numberOf(options, 'priority', 100),
        interval: durationOf(options, 'interval', play.config.advertInterval),
        at: instantOf(options, 'received') ?? play.now,
      };
    case 'wake':
    case 'adjust':
      return { kind: name };
    case 'shutdown':
      return { kind: 'stop' };
    case 'assume':
    case 'yield':
      return { kind: name, cause: group };
    default:
      throw new Error(`no router understands ${name}`);
  }
}

function configOf(options: Options): RouterConfig {
  const priority = numberOf(options, 'priority', 100);
  return {
    version: numberOf(options, 'version', 3) === 2 ? 2 : 3,
    priority,
    owner: priority === 255,
    advertInterval: durationOf(options, 'interval', seconds(1)),
    initialState: options.get('state') === 'master' ? 'master' : 'backup',
    preempt: !isSet(options, 'nopreempt'),
    preemptDelay: durationOf(options, 'preempt_delay', 0 as Duration),
    downTimerAdverts: numberOf(options, 'down_timer_adverts', 3),
    fastestPeer: numberOf(options, 'timer_expired_backup', 254),
    lowerPriorityNoAdvert: isSet(options, 'lower_prio_no_advert'),
    higherPrioritySendAdvert: isSet(options, 'higher_prio_send_advert'),
    grouped: isSet(options, 'grouped'),
  };
}
