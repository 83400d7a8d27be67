/** What a campaign of kills must show, and how it is told. */
import { type CampaignResult, type Manner, manners, type Round } from './kills.ts';
import type { Pace } from './pair.ts';
import { tellCount } from './traffic.ts';

/** What went wrong, in sentences; nothing when all is as it should be. */
export function complaints(result: CampaignResult): readonly string[] {
  const { client, last } = result;
  const instance = last?.snapshot?.instances[0];
  const found: string[] = [];
  if (result.peerSpoke > 0) found.push(`the peer advertised ${result.peerSpoke} times`);
  if (result.peerSaidMaster) found.push('the peer said that it became master');
  if (result.strangePriorities > 0) {
    found.push(`${result.strangePriorities} advertisements resigned or told another priority`);
  }
  if (result.removals > 0) found.push(`the address was removed ${result.removals} times`);
  if (client.asked !== client.answered) {
    found.push(`${client.asked - client.answered} questions of the client were never answered`);
  }
  if (client.asked < 100) found.push(`the client asked only ${client.asked} times`);
  for (const [index, { manner, replaced }] of result.rounds.entries()) {
    const most = mostReplaced[manner];
    if (replaced >= 1 && replaced <= most) continue;
    found.push(
      `round ${index + 1} (${words[manner]}): ${replaced} were replaced, not 1 to ${most}`,
    );
  }
  if (instance?.state !== 'master') found.push(`in the end it is ${instance?.state}`);
  if (result.notified.length !== 2) {
    found.push(`the notify script was told ${result.notified.join(', ')}`);
  }
  return found;
}

/**
 * Of two that die shortly after each other the daemon may hear in either order. A successor whose death is known before its
 * turn has come replaces nobody and is replaced by nobody; one that is dead when its turn comes is replaced at once.
 */
const mostReplaced: Readonly<Record<Manner, number>> = { ready: 1, twice: 2, standby: 2 };

const words: Readonly<Record<Manner, string>> = {
  ready: 'with a standby ready',
  twice: 'and its successor within 300 ms',
  standby: 'within 300 ms of its standby',
};

export function tellCampaign(pace: Pace, result: CampaignResult): readonly string[] {
  return [
    `${result.kills} kills at ${pace.interval} ms (version ${pace.version})`,
    ...manners.flatMap((manner) => tellSilences(words[manner], result.silences[manner])),
    `  replaced ${result.rounds.reduce((sum, { replaced }) => sum + replaced, 0)} times${tellUnready(result.rounds)}`,
    `  peer advertised ${result.peerSpoke} times, address removed ${result.removals} times`,
    `  client: ${tellCount(result.client)}`,
  ];
}

/** How often a successor did not live to see its turn, and how often it was dead when its turn came. */
function tellUnready(rounds: readonly Round[]): string {
  const count = (wanted: Manner, many: number) =>
    rounds.filter(({ manner, replaced }) => manner === wanted && replaced === many).length;
  const [before, dead] = [count('twice', 1), count('standby', 2)];
  return `; ${before} times a successor died before its turn, ${dead} times it was given its turn though it was dead`;
}

function tellSilences(what: string, silences: readonly number[]): readonly string[] {
  if (silences.length === 0) return [];
  const at = (share: number) =>
    (silences[Math.floor((silences.length - 1) * share)] ?? 0).toFixed(1);
  return [
    `  ${silences.length} times ${what}: silent for ${at(0.5)} ms in the median, ${at(0.9)} ms at p90, ${at(1)} ms at the longest`,
  ];
}
