/**
 * What is written about loading configurations: `config_save_dir` keeps each that is loaded, with the dump of data from
 * before and after, under keepalived's names; `reload_check_config` is told what is wrong with one that is refused.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DaemonPlan } from '../daemon/reading/plan.ts';
import { writeDump } from './dumps/file.ts';

export interface LoadRecordOptions {
  readonly pid: number;
  /** The dump of data as it would be now; undefined while there is nothing to show. */
  dump(): Promise<string | undefined>;
  complain(sentence: string): void;
}

export class LoadRecord {
  readonly #options: LoadRecordOptions;
  #doors: DaemonPlan['doors'] | undefined;
  #loads: number;
  /** One after the other: what was before is written before what comes after. */
  #writing: Promise<void> = Promise.resolve();

  /** `loads` configurations were loaded before anybody wanted a record. */
  constructor(options: LoadRecordOptions, loads: number) {
    this.#options = options;
    this.#loads = loads;
  }

  /** A reload begins: what is until now. */
  async begin(): Promise<void> {
    if (this.#doors?.saveDirectory !== undefined) await this.#dump(this.#loads + 1, 'pre');
  }

  /** This runs from now on. */
  adopted({ doors }: DaemonPlan): void {
    this.#doors = doors;
    this.#loads += 1;
    const load = this.#loads;
    const { savedText } = doors;
    if (savedText === undefined) return;
    void this.#write(`keepalived.conf.${this.#options.pid}.${load}`, savedText);
    if (load > 1) setImmediate(() => void this.#dump(load, 'post'));
  }

  async refused(text: string): Promise<void> {
    const path = this.#doors?.refusalFile;
    if (path === undefined || path === '') return;
    try {
      await appendFile(path, `${text.trimEnd()}\n`, { mode: 0o600 });
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.#options.complain(`reload_check_config: ${path} could not be written: ${why}`);
    }
  }

  async #dump(load: number, when: 'pre' | 'post'): Promise<void> {
    const text = await this.#options.dump();
    if (text === undefined) return;
    await this.#write(`keepalived_vrrp.${this.#options.pid}.${load}.${when}`, text);
  }

  #write(name: string, text: string): Promise<void> {
    const { saveDirectory, umask } = this.#doors ?? {};
    if (saveDirectory === undefined) return Promise.resolve();
    this.#writing = this.#writing.then(async () => {
      const problem = await writeDump(join(saveDirectory, name), text, umask);
      if (problem !== undefined) this.#options.complain(`config_save_dir: ${problem}`);
    });
    return this.#writing;
  }
}
