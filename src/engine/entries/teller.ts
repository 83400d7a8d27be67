/** Which entries could not be had, each told once, and the reports about them. */
import type { Instant } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';
import type { Outbox } from '../mover.ts';
import type { Report } from '../report.ts';
import { type Claim, isStake, type Stake } from './book.ts';
import { entryWords } from './words.ts';

const ENODEV = 19;

export class EntryTeller {
  readonly #outbox: Outbox;
  readonly #missing = new Set<string>();
  /** Something that instances depend on came or went missing. */
  #isNews = false;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  takeNews(): boolean {
    const isNews = this.#isNews;
    this.#isNews = false;
    return isNews;
  }

  isMissing(claim: Claim): boolean {
    return !isStake(claim) || this.#missing.has(nameOf(claim));
  }

  /** What is asked for anew may fail anew. */
  forget(claim: Claim): void {
    if (!isStake(claim)) this.#missing.delete(nameOf(claim));
  }

  failed(claim: Claim, error: PortError, now: Instant): void {
    const name = nameOf(claim);
    if (this.#missing.has(name)) return;
    this.#missing.add(name);
    this.#outbox.reports.push({ kind: 'entry-failed', ...this.#about(claim), at: now, error });
    this.#isNews ||= claim.entry.trackedBy.length > 0;
  }

  came(claim: Claim): void {
    const isRecovered = this.#missing.delete(nameOf(claim));
    this.#isNews ||= isRecovered && claim.entry.trackedBy.length > 0;
  }

  waits(claim: Claim, now: Instant): void {
    if (isStake(claim)) return;
    const detail = `there is no interface ${claim.fitted} yet`;
    this.failed(claim, { errno: ENODEV, code: 'ENODEV', detail }, now);
  }

  lost(
    stake: Stake,
    how: { readonly portId: number; readonly isGiven: boolean },
    now: Instant,
  ): void {
    const { portId, isGiven } = how;
    const about = this.#about(stake);
    this.#outbox.reports.push({
      kind: 'entry-lost',
      ...about,
      at: now,
      portId,
      restored: !isGiven,
    });
  }

  stale(stake: Stake, now: Instant): void {
    const { entry, words } = this.#about(stake);
    this.#outbox.reports.push({ kind: 'stale-entry-removed', entry, words, at: now });
  }

  #about(
    claim: Claim,
  ): Pick<Extract<Report, { kind: 'entry-lost' }>, 'entry' | 'instance' | 'words'> {
    const { owner, entry } = claim;
    const instance = owner === 'host' ? undefined : owner.model.name;
    return { entry: entry.kind, instance, words: entryWords(entry) };
  }
}

function nameOf(claim: Claim): string {
  if (isStake(claim)) return claim.fitted.id;
  return `${claim.owner === 'host' ? '' : claim.owner.model.name} ${entryWords(claim.entry)}`;
}
