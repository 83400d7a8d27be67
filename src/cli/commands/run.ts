/** `holdfast run`: the daemon in the foreground, from its first breath to its last. */
import { flushCompileCache } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Doors, loadDoors, supervisorTitle } from '../../api/doors.ts';
import { lateRecord } from '../../api/late-record.ts';
import { serveControl } from '../../api/server.ts';
import { instant, wallTime } from '../../base/units.ts';
import type { Control } from '../../daemon/control.ts';
import { giveBack, giveBackAfterStorms } from '../../daemon/failover/give-back.ts';
import { facilityNamed, keepalivedIdentities } from '../../daemon/journal/facility.ts';
import { Journal } from '../../daemon/journal/journal.ts';
import { openVoices, type VoiceOptions } from '../../daemon/journal/voices.ts';
import { setNice } from '../../daemon/nice.ts';
import { missingPrivileges } from '../../daemon/privileges.ts';
import { openReadiness } from '../../daemon/readiness.ts';
import type { ReadConfiguration } from '../../daemon/reading/plan.ts';
import { readerOf } from '../../daemon/reading/reader.ts';
import { withReloadMarker } from '../../daemon/reload/reload-marker.ts';
import {
  claimStateDirectory,
  compileCacheIn,
  type StateDirectory,
} from '../../daemon/state-directory.ts';
import { Supervisor } from '../../daemon/supervisor.ts';
import { isWarm, startOver } from '../../daemon/warm-up.ts';
import { enterNamespace, placeIn } from '../namespace.ts';
import { configurationFrom, defaultConfigurations, stateDirectoryFrom } from '../surroundings.ts';
import { version } from '../version.ts';

export interface RunOptions {
  readonly file: string | undefined;
  readonly stateDirectory: string | undefined;
  /** A facility: lines go there as well as to standard output. */
  readonly syslog?: string | undefined;
  /** Instead, for those who know exactly where lines are to go. */
  readonly voices?: VoiceOptions;
  /** SIGINT does not end it. */
  readonly ignoresInterrupt?: boolean;
}

/** keepalived's exit codes, so that a unit file needs no change. */
const exit = { failed: 1, configuration: 2, permission: 4, noConfiguration: 6 } as const;

export async function run(options: RunOptions): Promise<void> {
  const file = configurationFrom(options.file);
  if (file === undefined) {
    return refuse(
      exit.noConfiguration,
      `there is no configuration: name a file, or write ${defaultConfigurations.join(' or ')}`,
    );
  }
  const voices = options.voices ?? voicesFor(options.syslog);
  if (voices === undefined) {
    const sentence = `there is no syslog facility "${options.syslog}": name daemon, user or local0 to local7`;
    return refuse(exit.failed, sentence);
  }
  const missing = missingPrivileges();
  if (missing !== undefined) return refuse(exit.permission, missing);
  const place = await placeIn(file);
  const outside = enterNamespace(place.namespace);
  if (outside !== undefined) return refuse(exit.failed, outside);
  if (place.instance !== undefined) process.env.HOLDFAST_INSTANCE = place.instance;
  if (!isWarm()) {
    await loadDoors();
    await startOver(file);
  }
  const claimed = claimStateDirectory(stateDirectoryFrom(options.stateDirectory, place));
  if (!claimed.ok) return refuse(exit.failed, claimed.error);
  await live(file, claimed.value, { ...options, voices });
}

function voicesFor(syslog: string | undefined): VoiceOptions | undefined {
  if (syslog === undefined) return { console: true, syslog: undefined };
  const facility = facilityNamed(syslog);
  if (facility === undefined) return undefined;
  return { console: true, syslog: { facility, identities: keepalivedIdentities } };
}

async function live(
  file: string,
  directory: StateDirectory,
  { voices, ignoresInterrupt = false }: RunOptions & { readonly voices: VoiceOptions },
): Promise<void> {
  const compileCache = compileCacheIn(directory.path);
  const journal = new Journal({
    voices: await openVoices(voices, process.env),
    now,
    wall: () => wallTime(Date.now() * 1_000),
  });
  const complain = (sentence: string): void => journal.say('error', sentence);
  const readiness = withReloadMarker(
    await openReadiness(process.env),
    () => doors.reloadMarker(`${directory.pidFile}.reload`),
    complain,
  );
  const read = readerOf(file, directory.path, compileCache);
  const stirred = giveBackAfterStorms();
  const supervisor: Supervisor = new Supervisor({
    version,
    configuration: file,
    read,
    journal,
    readiness,
    compileCache,
    ownedServices: join(directory.path, 'services.json'),
    leavings: join(directory.path, 'leavings.json'),
    keepServices: process.env.HOLDFAST_KEEP_SERVICES !== undefined,
    reported: (report) => {
      doors.tell(report);
      stirred();
    },
    reportedService: (report) => doors.tellService(report),
    counterparts: () => doors.counterparts(),
    adopted: (plan) => {
      doors.adopt(plan);
      record.adopted(plan);
    },
    reloadBegins: () => record.begins(),
    reloadRefused: (text) => record.refused(text),
    now,
    wall: () => wallTime(Date.now() * 1_000),
  });
  const doors = new Doors({
    daemon: supervisor,
    complain,
    say: (sentence) => journal.say('notice', sentence),
    reload: () => void supervisor.reload(undefined),
    announce: (instance) => supervisor.announce(instance),
  });
  const record = lateRecord({ pid: process.pid, dump: () => doors.text('data'), complain });
  const leave = (code: number): void => {
    doors.leaving = true;
    supervisor.stop().then(async () => {
      await doors.close();
      await doors.runShutdownScript();
      directory.release();
      journal.close(() => process.exit(code));
    });
  };
  obeySignals({ supervisor, journal, leave, doors }, ignoresInterrupt);
  process.on('uncaughtException', (thrown) => {
    journal.say('error', `the supervisor broke and stops in good order: ${thrown.stack}`);
    leave(70);
  });
  process.title = supervisorTitle;
  // A death of the failover process must be answered at once, however busy the host is.
  setNice(process.pid, constants.priority.PRIORITY_HIGH);
  supervisor.warm();
  await begin(file, directory, { supervisor, journal, leave, doors, read });
  flushCompileCache();
  // When everything has been loaded, and when what a start has to tell has been told.
  for (const wait of [1_000, 15_000]) setTimeout(giveBack, wait);
}

interface Parts {
  readonly supervisor: Supervisor;
  readonly doors: Doors;
  readonly journal: Journal;
  readonly leave: (code: number) => void;
  readonly read: ReadConfiguration;
}

async function begin(file: string, directory: StateDirectory, parts: Parts): Promise<void> {
  const { supervisor, journal, leave, doors, read } = parts;
  const control: Control = {
    status: () => supervisor.status(),
    dump: (kind) => doors.text(kind),
    reload: (within) => supervisor.reload(within),
    plan: (file) => supervisor.plan(file),
    services: (withTraffic) => supervisor.services(withTraffic),
    readServices: (withTraffic) => supervisor.readServices(withTraffic),
    stories: (name) => supervisor.stories(name),
    order: (order) => supervisor.order(order),
    adjust: (order) => supervisor.adjust(order),
    confirm: () => supervisor.confirm(),
    rollBack: () => supervisor.rollBack(),
    stop: () => leave(0),
  };
  const [reading, serving] = await Promise.all([
    read(undefined),
    serveControl(directory.controlSocket, control),
  ]);
  if (!reading.ok) {
    process.stderr.write(`${reading.text}\n`);
    journal.say('error', `the configuration ${file} has errors: nothing was started`);
    leave(exit.configuration);
    return;
  }
  if (!serving.ok) journal.say('error', `${serving.error}; running without it`);
  journal.say('notice', `holdfast ${version} starts with ${file}`);
  await doors.runStartupScript(reading.plan);
  // It may have been told to stop meanwhile.
  if (!doors.leaving) supervisor.start(reading.plan);
}

/** keepalived's signals for its dumps. Two have no name in Node unless `real-time-signals.ts` gave them one. */
const dumpSignals = {
  SIGUSR1: 'data',
  SIGUSR2: 'stats',
  'SIGRTMAX-1': 'stats-clear',
  'SIGRTMIN+2': 'json',
} as const;

function obeySignals(
  { supervisor, journal, leave, doors }: Omit<Parts, 'read'>,
  ignoresInterrupt: boolean,
): void {
  process.on('SIGTERM', () => leave(0));
  process.on('SIGINT', () => {
    if (!ignoresInterrupt) leave(0);
  });
  process.on('SIGHUP', () => {
    journal.say('notice', 'SIGHUP: reading the configuration again');
    void supervisor.reload(undefined);
  });
  for (const [signal, kind] of Object.entries(dumpSignals)) {
    // An unknown name is an event like any other, which never comes.
    process.on(signal as NodeJS.Signals, () => void doors.write(kind));
  }
}

function now() {
  return instant(Number(process.hrtime.bigint() / 1_000n));
}

function refuse(code: number, sentence: string): void {
  process.stderr.write(`holdfast: ${sentence}\n`);
  process.exitCode = code;
}
