/** The doors beside the control socket: dumps on signals, metrics over TCP. Each is loaded when it is first used. */
import type { Server } from 'node:net';
import type { Control, DumpText, Inspectable } from '../daemon/control.ts';
import type { DaemonPlan } from '../daemon/plan.ts';
import type { Dumper, DumpKind } from './dumps/dump.ts';

export interface DoorsOptions {
  readonly daemon: Inspectable & Pick<Control, 'status'>;
  complain(sentence: string): void;
}

export class Doors {
  readonly #options: DoorsOptions;
  #dumper: Promise<Dumper> | undefined;
  #metrics: { readonly place: string; readonly server: Promise<Server> } | undefined;

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  /** Opens what this configuration wants, and closes what it no longer does. */
  adopt({ doors }: DaemonPlan): void {
    if (doors.umask !== undefined) process.umask(doors.umask);
    const wanted = doors.metrics;
    const place = wanted === undefined ? '' : `${wanted.address} ${wanted.port}`;
    if (place === (this.#metrics?.place ?? '')) return;
    this.#metrics?.server.then((server) => server.close());
    this.#metrics =
      wanted === undefined ? undefined : { place, server: this.#openMetrics(wanted, place) };
  }

  /** Writes the files that a signal asks for. */
  async write(kind: DumpKind): Promise<void> {
    const dumper = await this.#dumps();
    await dumper.write(kind);
  }

  async text(kind: DumpText): Promise<string | undefined> {
    const dumper = await this.#dumps();
    return dumper.text(kind);
  }

  #dumps(): Promise<Dumper> {
    const { daemon, complain } = this.#options;
    this.#dumper ??= import('./dumps/dump.ts').then(
      ({ Dumper: Loaded }) => new Loaded(daemon, complain),
    );
    return this.#dumper;
  }

  async #openMetrics(
    wanted: NonNullable<DaemonPlan['doors']['metrics']>,
    place: string,
  ): Promise<Server> {
    const { daemon, complain } = this.#options;
    const { serveMetrics } = await import('./metrics/listener.ts');
    return serveMetrics(wanted, daemon, (sentence) => {
      complain(sentence);
      // So that the next reload tries again.
      if (this.#metrics?.place === place) this.#metrics = undefined;
    });
  }
}

/** All that a door may load later, so that Node's cache holds it and no type is ever stripped in a running daemon. */
export async function loadDoors(): Promise<void> {
  await Promise.all([
    import('./dumps/dump.ts'),
    import('./metrics/listener.ts'),
    import('../daemon/journal/syslog.ts'),
    import('../linux/notify-socket.ts'),
  ]);
}
