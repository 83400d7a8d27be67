/** The daemon on the system D-Bus, with keepalived's objects, methods and signals. */
import { Message, type MessageBus, systemBus, Variant } from 'dbus-next';
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
}

/** The library's declaration leaves the message out. */
const replies = Message as unknown as {
  newError(message: Message, name: string, text: string): Message;
};

/** Milliseconds from the loss of the bus to the next attempt. */
const pause = 5_000;
const failures = 'org.freedesktop.DBus.Error';
const properties = 'org.freedesktop.DBus.Properties';
/** Of RequestName: the name is ours, or was already. */
const primaryOwner: readonly number[] = [1, 4];
const doNotQueue = 4;

export class BusService {
  readonly #options: BusOptions;
  #terms: BusTerms;
  #paths: ReadonlyMap<string, BusInstance> = new Map();
  #bus: MessageBus | undefined;
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
    const known = this.#terms.instances.find(({ name }) => name === instance);
    if (known === undefined) return;
    const [number] = busState(state);
    const path = instancePath(this.#terms.place, known);
    this.#signal(path, instanceInterface, 'VrrpStatusChange', 'u', [number]);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    this.#signal(vrrpPath(this.#terms.place), vrrpInterface, 'VrrpStopped');
    this.#bus?.disconnect();
    this.#bus = undefined;
  }

  #index(): void {
    const { instances, place } = this.#terms;
    this.#paths = new Map(instances.map((one) => [instancePath(place, one), one]));
  }

  #connect(): void {
    const bus = systemBus();
    const lost = (error: Error): void => this.#lost(bus, error);
    bus.on('error', lost);
    // The library tells of errors alone; a bus that stops closes the connection without one.
    streamOf(bus)?.on('close', () => lost(new Error('the bus closed the connection')));
    bus.addMethodHandler((message: Message) => this.#answer(bus, message));
    bus.on('connect', () => {
      bus.requestName(this.#terms.name, doNotQueue).then((answer) => {
        if (!primaryOwner.includes(answer)) {
          lost(new Error(`another program owns the name ${this.#terms.name}`));
          return;
        }
        this.#bus = bus;
        this.#complaint = '';
        this.#options.say(`D-Bus: serving as ${this.#terms.name}`);
        this.#signal(vrrpPath(this.#terms.place), vrrpInterface, 'VrrpStarted');
      }, lost);
    });
  }

  #lost(bus: MessageBus, error: Error): void {
    if (this.#isClosed || this.#again !== undefined) return;
    this.#bus = undefined;
    if (error.message !== this.#complaint) {
      this.#options.complain(`D-Bus cannot be served (tried again every 5 s): ${error.message}`);
    }
    this.#complaint = error.message;
    try {
      bus.disconnect();
    } catch {
      // It was never connected.
    }
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#connect();
    }, pause);
  }

  #signal(path: string, face: string, member: string, signature = '', body: unknown[] = []): void {
    this.#bus?.send(Message.newSignal(path, face, member, signature, body));
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
    if (instance !== undefined && face === properties)
      return this.#property(bus, message, instance);
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

  #property(bus: MessageBus, message: Message, { name }: BusInstance): boolean {
    const values = propertiesOf(name, busState(this.#options.stateOf(name) ?? 'init'));
    const [, asked] = message.body as readonly unknown[];
    switch (message.member) {
      case 'Get': {
        const value = values[`${asked}`];
        bus.send(
          value === undefined
            ? replies.newError(message, `${failures}.InvalidArgs`, `No such property "${asked}"`)
            : Message.newMethodReturn(message, 'v', [value]),
        );
        return true;
      }
      case 'GetAll':
        bus.send(Message.newMethodReturn(message, 'a{sv}', [values]));
        return true;
      case 'Set': {
        const why = `Property "${asked}" can only be read`;
        bus.send(replies.newError(message, `${failures}.PropertyReadOnly`, why));
        return true;
      }
      default:
        return false;
    }
  }
}

/** keepalived wraps the name into a structure although its introspection data says that it is a string. */
function propertiesOf(name: string, state: BusState): Readonly<Record<string, Variant>> {
  return { Name: new Variant('(s)', [name]), State: new Variant('(us)', [...state]) };
}

function streamOf(bus: MessageBus): NodeJS.EventEmitter | undefined {
  const { _connection: connection } = bus as unknown as {
    readonly _connection?: { readonly stream?: NodeJS.EventEmitter };
  };
  return connection?.stream;
}
