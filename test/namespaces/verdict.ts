/** What a campaign of kills must show, and how it is told. */
import { type CampaignResult, type Manner, manners } from './kills.ts';
import type { Pace } from './pair.ts';
import { tellCount } from './traffic.ts';

/** What went wrong, in sentences; nothing when all is as it should be. */
export function complaints(result: CampaignResult): readonly string[] {
  const { client, last, silences } = result;
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
  // A standby that died just before its turn came counts as replaced too.
  const [replaced, most] = [last?.failover.replaced ?? 0, result.kills + silences.standby.length];
  if (replaced < result.kills || replaced > most) {
    found.push(`${result.kills} were killed and ${replaced} replaced`);
  }
  if (instance?.state !== 'master') found.push(`in the end it is ${instance?.state}`);
  if (result.notified.length !== 2) {
    found.push(`the notify script was told ${result.notified.join(', ')}`);
  }
  return found;
}

const words: Readonly<Record<Manner, string>> = {
  ready: 'with a standby ready',
  twice: 'and its successor within 300 ms',
  standby: 'within 300 ms of its standby',
};

export function tellCampaign(pace: Pace, result: CampaignResult): readonly string[] {
  return [
    `${result.kills} kills at ${pace.interval} ms (version ${pace.version})`,
    ...manners.flatMap((manner) => tellSilences(words[manner], result.silences[manner])),
    `  peer advertised ${result.peerSpoke} times, address removed ${result.removals} times`,
    `  client: ${tellCount(result.client)}`,
  ];
}

function tellSilences(what: string, silences: readonly number[]): readonly string[] {
  if (silences.length === 0) return [];
  const at = (share: number) =>
    (silences[Math.floor((silences.length - 1) * share)] ?? 0).toFixed(1);
  return [
    `  ${silences.length} times ${what}: silent for ${at(0.5)} ms in the median, ${at(0.9)} ms at p90, ${at(1)} ms at the longest`,
  ];
}
