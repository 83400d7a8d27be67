/** Everything that the supervisor watches for the failover process; each verdict is told to it and to the journal. */
import type { Instant } from '../../base/units.ts';
import type { Input } from '../../engine/input.ts';
import type { TrackFileModel } from '../../engine/translation/supervisor-trackers.ts';
import type { Loudness } from '../journal/severity.ts';
import type { DaemonPlan } from '../reading/plan.ts';
import { renderTask, type ScriptFacts, type ScriptPlan, ScriptRunner } from '../scripts/runner.ts';
import { FileTrackers } from './files.ts';
import type { ProcessTrackers } from './processes.ts';
import type { ProcessCount } from './quorum.ts';

export interface WatchersOptions {
  now(): Instant;
  say(loudness: Loudness, text: string): void;
  verdict(input: Extract<Input, { readonly kind: 'tracker' }>): void;
  /** Nothing tracks it any more. */
  forget(tracker: string): void;
}

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #scripts: ScriptRunner;
  readonly #files: FileTrackers;
  /** Loaded when a process is tracked for the first time. */
  #processes: ProcessTrackers | undefined;
  #tracked: ReadonlySet<string> = new Set();
  #plan: DaemonPlan | undefined;

  constructor(options: WatchersOptions) {
    this.#options = options;
    const { now, say } = options;
    this.#scripts = new ScriptRunner({
      now,
      verdict: (plan, up, detail) => this.#script(plan, up, detail),
      overrun: ({ name, task }) => {
        if (task.kind === 'probe') return;
        const text = `track script ${name} (${renderTask(task)}) does not end in time: stopping it`;
        say('warning', text);
      },
    });
    this.#files = new FileTrackers({ say, number: (file, number) => this.#file(file, number) });
  }

  /** What can be known at once: to be called before the failover process is told of the configuration. */
  prepare(plan: DaemonPlan): void {
    this.#files.configure(plan.files);
  }

  configure(plan: DaemonPlan): void {
    this.#plan = plan;
    const tracked = new Set(
      [...plan.scripts, ...plan.files, ...plan.processes].map(({ tracker }) => tracker),
    );
    for (const tracker of this.#tracked) if (!tracked.has(tracker)) this.#options.forget(tracker);
    this.#tracked = tracked;
    this.#scripts.configure(plan.scripts);
    this.#processes?.configure(plan.processes, plan.processBuffer);
    if (this.#processes === undefined && plan.processes.length > 0) void this.#loadProcesses();
  }

  facts(): readonly ScriptFacts[] {
    return this.#scripts.facts();
  }

  processes(): readonly ProcessCount[] {
    return this.#processes?.facts() ?? [];
  }

  close(): void {
    this.#plan = undefined;
    this.#scripts.close();
    this.#files.close();
    this.#processes?.close();
  }

  async #loadProcesses(): Promise<void> {
    const { ProcessTrackers } = await import('./processes.ts');
    const plan = this.#plan;
    // It may have been configured away, or configured twice, meanwhile.
    if (plan === undefined || this.#processes !== undefined) return;
    const { now, say } = this.#options;
    this.#processes = new ProcessTrackers({
      now,
      say,
      verdict: (tracker, up, detail) => this.#process(tracker, up, detail),
    });
    this.#processes.configure(plan.processes, plan.processBuffer);
  }

  #script({ name, tracker, task }: ScriptPlan, up: boolean, detail: string): void {
    this.#options.verdict({ kind: 'tracker', tracker, up, detail });
    const what = task.kind === 'probe' ? `probe ${name}` : `track script ${name}`;
    if (up) this.#options.say('notice', `${what} succeeds (${detail})`);
    else this.#options.say('warning', `${what} fails (${detail})`);
  }

  #file({ name, tracker, path }: TrackFileModel, number: number): void {
    const detail = `${path} holds ${number}`;
    this.#options.verdict({ kind: 'tracker', tracker, up: number === 0, number, detail });
    this.#options.say('notice', `track_file ${name}: ${detail}`);
  }

  #process(tracker: string, up: boolean, detail: string): void {
    this.#options.verdict({ kind: 'tracker', tracker, up, detail });
    const name = tracker.slice(tracker.indexOf(':') + 1);
    if (up) this.#options.say('notice', `track_process ${name} is up (${detail})`);
    else this.#options.say('warning', `track_process ${name} is down (${detail})`);
  }
}
