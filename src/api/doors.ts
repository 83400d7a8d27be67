/**
 * The doors beside the control socket, dumps on signals and metrics over TCP, and what the daemon does for its
 * surroundings: scripts around its life, names, marks. Each is loaded when it is first used.
 */
import type { Server } from 'node:net';
import type { Control, DumpText, Inspectable } from '../daemon/control.ts';
import type { Counterpart } from '../daemon/counterpart.ts';
import type { DaemonPlan, TimedScript } from '../daemon/reading/plan.ts';
import type { TimedReload } from '../daemon/reload/timed-reload.ts';
import { loadRarities } from '../daemon/warm-up.ts';
import type { BalancerReport } from '../engine/balancer/report.ts';
import type { Report } from '../engine/report.ts';
import type { BusService } from './dbus/service.ts';
import type { Dumper, DumpKind } from './dumps/dump.ts';
import type { SnmpService } from './snmp/service.ts';

/** What `ps` shows unless the configuration names the processes; under keepalived's name, that name. */
export const supervisorTitle = process.env.HOLDFAST_TITLE ?? 'holdfast: supervisor';

export interface DoorsOptions {
  readonly daemon: Inspectable & Pick<Control, 'status' | 'services' | 'order' | 'adjust'>;
  complain(sentence: string): void;
  say(sentence: string): void;
  reload(): void;
  announce(instance: string): void;
}

export class Doors {
  readonly #options: DoorsOptions;
  #dumper: Promise<Dumper> | undefined;
  #plan: DaemonPlan['doors'] | undefined;
  #timed: { readonly what: string; readonly watch: Promise<TimedReload> } | undefined;
  #shutdown: Promise<void> | undefined;
  /** The daemon has been told to stop. */
  leaving = false;
  #bus: { readonly name: string; readonly service: Promise<BusService> } | undefined;
  #snmp: { readonly what: string; readonly service: Promise<SnmpService> } | undefined;
  /** The last state of each instance, for those who ask in between. */
  readonly #states = new Map<string, string>();
  #metrics: { readonly place: string; readonly server: Promise<Server> } | undefined;
  readonly #broken = new Set<string>();

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  /** Opens what this configuration wants, and closes what it no longer does. */
  adopt(plan: DaemonPlan): void {
    const { doors } = plan;
    this.#plan = doors;
    process.title = doors.names?.supervisor ?? supervisorTitle;
    if (doors.umask !== undefined) process.umask(doors.umask);
    this.#adoptTimedReload(doors.timedReload);
    this.#adoptBus(doors.bus);
    this.#adoptSnmp(plan);
    const wanted = doors.metrics;
    const place = wanted === undefined ? '' : `${wanted.address} ${wanted.port}`;
    if (place === (this.#metrics?.place ?? '')) return;
    this.#metrics?.server.then((server) => server.close());
    this.#metrics =
      wanted === undefined ? undefined : { place, server: this.#openMetrics(wanted, place) };
  }

  /** Told every report of the failover process. */
  tell(report: Report): void {
    this.#with(this.#snmp?.service, (service) => service.tell(report));
    if (report.kind !== 'transition') return;
    const { instance, to, cause } = report;
    this.#states.set(instance, to);
    // A process that took another's place changed nothing.
    if (cause.kind === 'resumed') return;
    this.#with(this.#bus?.service, (service) => service.changed(instance, to));
  }

  /** Told every report of the balancer process. */
  tellService(report: BalancerReport): void {
    this.#with(this.#snmp?.service, (service) => service.tellService(report));
  }

  /** A door that breaks is told of once in the same words; nothing else depends on it. */
  #with<Service>(service: Promise<Service> | undefined, act: (service: Service) => unknown): void {
    service?.then(act).catch((thrown) => {
      const text = `what others look in through broke, and the rest goes on without it: ${thrown}`;
      if (this.#broken.has(text)) return;
      this.#broken.add(text);
      this.#options.complain(text);
    });
  }

  /** The bus and the manager, where they are wanted. What could not even be loaded has been told. */
  async counterparts(): Promise<readonly Counterpart[]> {
    const services = [this.#snmp?.service, this.#bus?.service].filter((one) => one !== undefined);
    const found = await Promise.allSettled<SnmpService | BusService>(services);
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value.counterpart : []));
  }

  /** Gives back what a bus or a manager holds of this daemon. */
  async close(): Promise<void> {
    const [bus, snmp] = [this.#bus, this.#snmp];
    this.#bus = undefined;
    this.#snmp = undefined;
    const nothing = () => undefined;
    await Promise.all([
      bus?.service.then((service) => service.close()).catch(nothing),
      snmp?.service.then((service) => service.end()).catch(nothing),
    ]);
  }

  /** Opened anew only where the master or what is served is another. */
  #adoptSnmp(plan: DaemonPlan): void {
    const { snmp: wanted } = plan.doors;
    const what = wanted === undefined ? '' : sessionOf(wanted);
    if (what !== (this.#snmp?.what ?? '')) {
      this.#with(this.#snmp?.service, (service) => service.close());
      this.#snmp = wanted === undefined ? undefined : { what, service: this.#openSnmp(wanted) };
    }
    this.#with(this.#snmp?.service, (service) => service.configure(plan));
  }

  async #openSnmp(terms: NonNullable<DaemonPlan['doors']['snmp']>): Promise<SnmpService> {
    const { daemon, say, complain } = this.#options;
    const { SnmpService: Service } = await import('./snmp/service.ts');
    return new Service({ terms, daemon, say, complain });
  }

  #adoptBus(wanted: DaemonPlan['doors']['bus']): void {
    if (this.#bus !== undefined && this.#bus.name === wanted?.name) {
      this.#with(this.#bus.service, (service) => service.configure(wanted));
      return;
    }
    this.#with(this.#bus?.service, (service) => service.close());
    this.#bus = undefined;
    if (wanted === undefined) return;
    const { say, complain, reload, announce } = this.#options;
    const service = import('./dbus/service.ts').then(
      ({ BusService: Service }) =>
        new Service({
          terms: wanted,
          orders: { print: (kind) => void this.write(kind), reload, announce },
          stateOf: (instance) => this.#states.get(instance),
          ...{ say, complain },
        }),
    );
    this.#bus = { name: wanted.name, service };
  }

  #adoptTimedReload(wanted: DaemonPlan['doors']['timedReload']): void {
    const what = JSON.stringify(wanted ?? '');
    if (what === (this.#timed?.what ?? '""')) return;
    this.#timed?.watch.then((watch) => watch.close());
    const { say, complain, reload } = this.#options;
    const open = (terms: NonNullable<typeof wanted>): Promise<TimedReload> =>
      import('../daemon/reload/timed-reload.ts').then(({ reloadAtTime }) =>
        reloadAtTime({ ...terms, say, complain, reload }),
      );
    this.#timed = wanted === undefined ? undefined : { what, watch: open(wanted) };
  }

  /** Where `reload_file` stands; undefined without it. */
  reloadMarker(otherwise: string): string | undefined {
    const written = this.#plan?.reloadMarker;
    return written === '' ? otherwise : written;
  }

  /** Before anything else is started. A failure is told, and nothing depends on it. */
  async runStartupScript({ doors }: DaemonPlan): Promise<void> {
    if (doors.startup !== undefined) await this.#run('startup_script', doors.startup);
  }

  /** After everything else has stopped; once, however often the daemon is told to stop. */
  runShutdownScript(): Promise<void> {
    const script = this.#plan?.shutdown;
    if (script === undefined) return Promise.resolve();
    this.#shutdown ??= this.#run('shutdown_script', script);
    return this.#shutdown;
  }

  async #run(what: string, script: TimedScript): Promise<void> {
    const { runOnce } = await import('../daemon/scripts/once.ts');
    const complaint = await runOnce(what, script);
    if (complaint !== undefined) this.#options.complain(complaint);
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

/** What a session with the master depends on. */
function sessionOf(terms: NonNullable<DaemonPlan['doors']['snmp']>): string {
  const { socket, vrrp, rfc2787, rfc6527, checker } = terms;
  return JSON.stringify({ socket, vrrp, rfc2787, rfc6527, checker });
}

/** All that a door may load later, so that Node's cache holds it and no type is ever stripped in a running daemon. */
export async function loadDoors(): Promise<void> {
  await Promise.all([
    import('./dumps/dump.ts'),
    import('./metrics/listener.ts'),
    import('./snmp/service.ts'),
    loadRarities(),
  ]);
}
