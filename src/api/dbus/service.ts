/** The daemon on the system D-Bus, with keepalived's objects, methods and signals. */
import type { Socket } from 'node:net';
import { DBusError, Message, type MessageBus, systemBus, Variant } from 'dbus-next';
import type { Counterpart } from '../../daemon/counterpart.ts';
import {
  type BusState,
  busState,
  type InstancePlace,
  instanceInterface,
  instancePath,
  introspect,
  type Place,
  vrrpInterface,
  vrrpPath,
} from './tree.ts';
import { Unheard } from './unheard.ts';

export interface BusTerms {
  /** `dbus_service_name`. */
  readonly name: string;
  readonly place: Place;
  readonly instances: readonly BusInstance[];
}

export interface BusInstance extends InstancePlace {
  readonly name: string;
}

export interface BusOrders {
  print(kind: 'data' | 'stats' | 'stats-clear'): void;
  reload(): void;
  announce(instance: string): void;
}

export interface BusOptions {
  readonly terms: BusTerms;
  readonly orders: BusOrders;
  /** The state of an instance now. */
  stateOf(instance: string): string | undefined;
  say(sentence: string): void;
  complain(sentence: string): void;
  /** For tests. */
  readonly waits?: typeof usualWaits;
}

/** The library's declaration leaves the message out. */
const replies = Message as unknown as {
  newError(message: Message, name: string, text: string): Message;
};

/**
 * Milliseconds that a bus has to let us in, between two questions whether it is still there, and from its loss to the next
 * attempt.
 */
const usualWaits = { patience: 15_000, pulse: 4_000, pause: 5_000 };
/** Questions in a row without an answer after which nobody is there. */
const unansweredMost = 2;
/** Bytes that may wait for a bus that does not read. */
const backlogMost = 1 << 20;
const failures = 'org.freedesktop.DBus.Error';
const properties = 'org.freedesktop.DBus.Properties';
/** Of RequestName: the name is ours, or was already. */
const primaryOwner: readonly number[] = [1, 4];
const doNotQueue = 4;

export class BusService {
  readonly #options: BusOptions;
  #terms: BusTerms;
  #paths: ReadonlyMap<string, BusInstance> = new Map();
  #byName: ReadonlyMap<string, BusInstance> = new Map();
  #bus: MessageBus | undefined;
  readonly #unheard = new Unheard();
  #pulse: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** What was told last, so that an outage of hours is one line. */
  #complaint = '';

  constructor(options: BusOptions) {
    this.#options = options;
    this.#terms = options.terms;
    this.#index();
    this.#connect();
  }

  /** Other instances under the same name. */
  configure(terms: BusTerms): void {
    this.#terms = terms;
    this.#index();
    this.#signal(vrrpPath(terms.place), vrrpInterface, 'VrrpReloaded');
  }

  changed(instance: string, state: string): void {
    this.#unheard.add(instance, state);
    this.#tell(instance, state);
  }

  get counterpart(): Counterpart {
    const isServed = this.#bus !== undefined;
    const trouble = isServed ? undefined : this.#complaint || 'it has not answered yet';
    return { what: 'D-Bus', trouble, waiting: isServed ? 0 : this.#unheard.size, lost: 0 };
  }

  #tell(instance: string, state: string): void {
    const known = this.#byName.get(instance);
    if (known === undefined) return;
    const [number] = busState(state);
    const path = instancePath(this.#terms.place, known);
    this.#signal(path, instanceInterface, 'VrrpStatusChange', 'u', [number]);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    clearInterval(this.#pulse);
    this.#signal(vrrpPath(this.#terms.place), vrrpInterface, 'VrrpStopped');
    this.#bus?.disconnect();
    this.#bus = undefined;
  }

  #index(): void {
    const { instances, place } = this.#terms;
    this.#paths = new Map(instances.map((one) => [instancePath(place, one), one]));
    this.#byName = new Map(instances.map((one) => [one.name, one]));
  }

  #connect(): void {
    let bus: MessageBus;
    try {
      bus = systemBus();
    } catch (thrown) {
      // An address that nobody can read.
      this.#lost(undefined, errorOf(thrown));
      return;
    }
    const { patience } = this.#options.waits ?? usualWaits;
    const tooLong = setTimeout(() => lost(new Error('the bus does not answer')), patience).unref();
    const lost = (error: Error): void => {
      clearTimeout(tooLong);
      this.#lost(bus, error);
    };
    bus.on('error', lost);
    // The library tells of errors alone; a bus that stops closes the connection without one.
    streamOf(bus)?.on('close', () => lost(new Error('the bus closed the connection')));
    bus.addMethodHandler((message: Message) => this.#answerOrFail(bus, message));
    bus.on('connect', () => {
      bus.requestName(this.#terms.name, doNotQueue).then((answer) => {
        if (!primaryOwner.includes(answer)) {
          lost(new Error(`another program owns the name ${this.#terms.name}`));
          return;
        }
        clearTimeout(tooLong);
        this.#serve(bus);
      }, lost);
    });
  }

  #serve(bus: MessageBus): void {
    if (this.#isClosed) {
      bus.disconnect();
      return;
    }
    this.#bus = bus;
    this.#complaint = '';
    this.#options.say(`D-Bus: serving as ${this.#terms.name}`);
    this.#signal(vrrpPath(this.#terms.place), vrrpInterface, 'VrrpStarted');
    for (const [instance, state] of this.#unheard.entries()) this.#tell(instance, state);
    this.#unanswered = 0;
    const { pulse } = this.#options.waits ?? usualWaits;
    this.#pulse = setInterval(() => this.#ask(bus), pulse).unref();
  }

  /** A bus serves in order: whoever answers has heard everything before the question. */
  #ask(bus: MessageBus): void {
    if (this.#unanswered >= unansweredMost) {
      this.#lost(bus, new Error('the bus does not answer'));
      return;
    }
    this.#unanswered += 1;
    const heard = this.#unheard.asked();
    const answered = (): void => {
      if (this.#bus !== bus) return;
      this.#unanswered = 0;
      heard();
    };
    bus.call(new Message(question)).then(answered, (thrown) => {
      // A bus that refuses to say who it is has heard the question all the same.
      if (thrown instanceof DBusError) answered();
      else this.#lost(bus, errorOf(thrown));
    });
  }

  #lost(bus: MessageBus | undefined, error: Error): void {
    if (this.#isClosed || this.#again !== undefined) return;
    // A former one.
    if (this.#bus !== undefined && this.#bus !== bus) return;
    this.#bus = undefined;
    clearInterval(this.#pulse);
    if (error.message !== this.#complaint) {
      this.#options.complain(`D-Bus cannot be served (tried again every 5 s): ${error.message}`);
    }
    this.#complaint = error.message;
    // What waits for a bus that does not read goes with it.
    if (bus !== undefined) streamOf(bus)?.destroy();
    this.#again = setTimeout(
      () => {
        this.#again = undefined;
        this.#connect();
      },
      (this.#options.waits ?? usualWaits).pause,
    );
  }

  #signal(path: string, face: string, member: string, signature = '', body: unknown[] = []): void {
    const bus = this.#bus;
    if (bus === undefined) return;
    try {
      bus.send(Message.newSignal(path, face, member, signature, body));
      if ((streamOf(bus)?.writableLength ?? 0) <= backlogMost) return;
      this.#lost(bus, new Error('the bus does not read what it is told'));
    } catch (thrown) {
      // Its end has come, and has not been told yet.
      this.#lost(bus, errorOf(thrown));
    }
  }

  /** Whatever goes wrong in answering must not reach the library, which would pass it on. */
  #answerOrFail(bus: MessageBus, message: Message): boolean {
    try {
      return this.#answer(bus, message);
    } catch (thrown) {
      this.#lost(bus, errorOf(thrown));
      return true;
    }
  }

  /** Returns whether the message was for one of our objects. */
  #answer(bus: MessageBus, message: Message): boolean {
    const { path = '', interface: face, member } = message;
    if (face === 'org.freedesktop.DBus.Introspectable' && member === 'Introspect') {
      const text = introspect(path, this.#objects());
      if (text === undefined) return false;
      bus.send(Message.newMethodReturn(message, 's', [text]));
      return true;
    }
    const instance = this.#paths.get(path);
    if (face === properties) return this.#properties(bus, path, message);
    const order = this.#order(path, instance, message);
    if (order === undefined) return false;
    order();
    bus.send(Message.newMethodReturn(message, '', []));
    return true;
  }

  #objects(): ReadonlyMap<string, 'vrrp' | 'instance'> {
    const objects = new Map<string, 'vrrp' | 'instance'>();
    objects.set(vrrpPath(this.#terms.place), 'vrrp');
    for (const path of this.#paths.keys()) objects.set(path, 'instance');
    return objects;
  }

  #order(
    path: string,
    instance: BusInstance | undefined,
    { interface: face = '', member }: Message,
  ): (() => void) | undefined {
    const { orders } = this.#options;
    if (instance !== undefined && (face === '' || face === instanceInterface)) {
      return member === 'SendGarp' ? () => orders.announce(instance.name) : undefined;
    }
    if (path !== vrrpPath(this.#terms.place) || (face !== '' && face !== vrrpInterface)) {
      return undefined;
    }
    switch (member) {
      case 'PrintData':
        return () => orders.print('data');
      case 'PrintStats':
        return () => orders.print('stats');
      case 'PrintStatsClear':
        return () => orders.print('stats-clear');
      case 'ReloadConfig':
        return () => orders.reload();
      default:
        return undefined;
    }
  }

  #properties(bus: MessageBus, path: string, message: Message): boolean {
    if (path === vrrpPath(this.#terms.place)) {
      return this.#property(bus, message, vrrpInterface, {});
    }
    const instance = this.#paths.get(path);
    if (instance === undefined) return false;
    const state = busState(this.#options.stateOf(instance.name) ?? 'init');
    return this.#property(bus, message, instanceInterface, propertiesOf(instance.name, state));
  }

  /** `face` is the interface of the object, which alone has properties of its own. */
  #property(bus: MessageBus, message: Message, face: string, values: Properties): boolean {
    const [of, asked] = message.body as readonly unknown[];
    const fail = (name: string, text: string): boolean => {
      bus.send(replies.newError(message, `${failures}.${name}`, text));
      return true;
    };
    if (of !== '' && of !== face) return fail('InvalidArgs', `No such interface "${of}"`);
    switch (message.member) {
      case 'Get': {
        const value = values[`${asked}`];
        if (value === undefined) return fail('InvalidArgs', `No such property "${asked}"`);
        bus.send(Message.newMethodReturn(message, 'v', [value]));
        return true;
      }
      case 'GetAll':
        bus.send(Message.newMethodReturn(message, 'a{sv}', [values]));
        return true;
      case 'Set':
        return fail('InvalidArgs', `Property "${asked}" can only be read`);
      default:
        return false;
    }
  }
}

/** What every bus can answer. */
const question = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'GetId',
} as const;

type Properties = Readonly<Record<string, Variant>>;

/** keepalived wraps the name into a structure although its introspection data says that it is a string. */
function propertiesOf(name: string, state: BusState): Properties {
  return { Name: new Variant('(s)', [name]), State: new Variant('(us)', [...state]) };
}

function streamOf(bus: MessageBus): Socket | undefined {
  const { _connection: connection } = bus as unknown as {
    readonly _connection?: { readonly stream?: Socket };
  };
  return connection?.stream;
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
