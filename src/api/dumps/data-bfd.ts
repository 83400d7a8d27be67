/** The dump of BFD: keepalived's titles and lines. Left out is what only keepalived has inside. */

import { familyOf } from '../../base/address.ts';
import type { BfdModel } from '../../engine/bfd/model.ts';
import type { BfdSessionSnapshot } from '../../engine/bfd/snapshot.ts';
import { detectionOf, intervalOf } from '../../protocol/bfd/session.ts';
import type { BfdState } from '../../wire/bfd.ts';
import type { Picture } from './picture.ts';
import type { Pieces } from './pieces.ts';

const states: Readonly<Record<BfdState, string>> = {
  'admin-down': 'AdminDown',
  down: 'Down',
  init: 'Init',
  up: 'Up',
};

/** RFC 5880 4.1, Diag. */
const diagnostics = [
  'No Diagnostic',
  'Control Detection Time Expired',
  'Echo Function Failed',
  'Neighbor Signaled Session Down',
  'Forwarding Plane Reset',
  'Path Down',
  'Concatenated Path Down',
  'Administratively Down',
  'Reverse Concatenated Path Down',
] as const;

/** undefined where no session is configured: then keepalived has no BFD process, and no such file. */
export function bfdPieces({ status }: Picture): Pieces | undefined {
  const sessions = status.snapshot?.bfd?.sessions;
  return sessions === undefined ? undefined : piecesOf(sessions);
}

function* piecesOf(sessions: readonly BfdSessionSnapshot[]): Generator<string> {
  yield '------< BFD Data >------\n------< BFD Topology >------\n';
  for (const session of sessions) {
    yield `${[...configured(session.model), ...running(session)].join('\n')}\n`;
  }
}

function configured(model: BfdModel): readonly string[] {
  const { neighbour, source, hopLimit, hopLimitLeast } = model;
  return [
    ` BFD Instance = ${model.name}`,
    `   Neighbor IP = ${neighbour}`,
    ...(source === undefined ? [] : [`   Source IP = ${source}`]),
    `   Required min RX interval = ${model.minReceive} us`,
    `   Desired min TX interval = ${model.minTransmit} us`,
    `   Desired idle TX interval = ${model.idleTransmit} us`,
    `   Detection multiplier = ${model.multiplier}`,
    `   ${familyOf(neighbour) === 'ipv4' ? 'TTL' : 'hoplimit'} = ${hopLimit}`,
    `   max_hops = ${hopLimit - hopLimitLeast}`,
    `   passive = ${yes(model.passive)}`,
    `   send event to VRRP process = ${yes(model.forFailover)}`,
    `   send event to checker process = ${yes(model.forChecks)}`,
  ];
}

function running({ state }: BfdSessionSnapshot): readonly string[] {
  const { remote } = state;
  const far =
    remote === undefined
      ? []
      : [
          `   remote discriminator = 0x${remote.discriminator.toString(16)}`,
          `   remote diag = ${diagnostics[remote.diagnostic] ?? remote.diagnostic}`,
          `   remote min tx intv = ${remote.desiredTransmit} us`,
          `   remote min rx intv = ${remote.requiredReceive} us`,
          `   remote demand = ${remote.demand ? 1 : 0}`,
          `   remote detect multiplier = ${remote.multiplier}`,
        ];
  return [
    `   local state = ${states[state.state]}`,
    `   remote state = ${states[remote?.state ?? 'down']}`,
    `   local discriminator = 0x${state.discriminator.toString(16)}`,
    `   local diag = ${diagnostics[state.diagnostic] ?? state.diagnostic}`,
    ...far,
    `   ${state.polling ? '' : '!'}poll, !final`,
    `   local tx intv = ${intervalOf(state) ?? 0} us`,
    `   local detection time = ${detectionOf(state) ?? 0} us`,
  ];
}

function yes(is: boolean): string {
  return is ? 'Yes' : 'No';
}
