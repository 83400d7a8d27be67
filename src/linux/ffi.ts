/**
 * libc from TypeScript, and readiness of file descriptors on the main loop: the only import of koffi.
 *
 * Pointers are passed as plain numbers. User space of x86-64 and arm64 lies below 2^48, so every address is an exact
 * double, and a call that takes numbers alone costs half of one that is handed a typed array.
 */
import koffi from 'koffi';
import type { PortError } from '../ports.ts';

const libc = koffi.load('libc.so.6');

type Call<Parameters extends readonly number[]> = (...parameters: Parameters) => number;
type Four = [number, number, number, number];
type Five = [number, number, number, number, number];

export const close: Call<[fd: number]> = libc.func('int close(int)');
/** (from, to, flags) */
export const duplicate: Call<[from: number, to: number, flags: number]> =
  libc.func('int dup3(int, int, int)');
/** (fd, F_DUPFD_CLOEXEC, lowest new number) */
export const controlDescriptor: Call<[fd: number, command: number, argument: number]> = libc.func(
  'int fcntl(int, int, int)',
);
export const socket: Call<[domain: number, type: number, protocol: number]> = libc.func(
  'int socket(int, int, int)',
);
export const ioctl: Call<[fd: number, request: number, argument: number]> = libc.func(
  'int ioctl(int, unsigned long, uintptr_t)',
);
export const bind: Call<[fd: number, address: number, length: number]> = libc.func(
  'int bind(int, uintptr_t, uint32_t)',
);
export const connect: Call<[fd: number, address: number, length: number]> = libc.func(
  'int connect(int, uintptr_t, uint32_t)',
);
export const getsockname: Call<[fd: number, address: number, length: number]> = libc.func(
  'int getsockname(int, uintptr_t, uintptr_t)',
);
/** (fd, level, option, value, length) */
export const setsockopt: Call<Five> = libc.func(
  'int setsockopt(int, int, int, uintptr_t, uint32_t)',
);
/** (fd, level, option, value, address of the length) */
export const getsockopt: Call<Five> = libc.func(
  'int getsockopt(int, int, int, uintptr_t, uintptr_t)',
);
/** (bytes to keep at the top) */
export const mallocTrim: Call<[padding: number]> = libc.func('int malloc_trim(size_t)');
/** (index, 16 bytes for the name): the address of the name, 0 without such an interface */
export const interfaceName: Call<[index: number, name: number]> = libc.func(
  'uintptr_t if_indextoname(uint32_t, uintptr_t)',
);
const sendFunction = libc.func('int64_t send(int, uintptr_t, size_t, int)');
/** (fd, bytes, length, flags) */
export const send: Call<Four> = sendFunction;
/** The same on another thread, where it may take as long as it likes. `done` is called on the main loop, whatever came of it. */
export function sendAside(parameters: Readonly<Four>, done: () => void): void {
  sendFunction.async(...parameters, () => setImmediate(done));
}
/** (fd, bytes, length, flags) */
export const receive: Call<Four> = libc.func('int64_t recv(int, uintptr_t, size_t, int)');
/** (fd, messages, count, flags) */
export const sendMany: Call<Four> = libc.func('int sendmmsg(int, uintptr_t, uint32_t, int)');
/** (fd, messages, count, flags, timeout) */
export const receiveMany: Call<Five> = libc.func(
  'int recvmmsg(int, uintptr_t, uint32_t, int, uintptr_t)',
);
export const read: Call<[fd: number, bytes: number, length: number]> = libc.func(
  'int64_t read(int, uintptr_t, size_t)',
);
export const clockGetTime: Call<[clock: number, time: number]> = libc.func(
  'int clock_gettime(int, uintptr_t)',
);
export const timerfdCreate: Call<[clock: number, flags: number]> = libc.func(
  'int timerfd_create(int, int)',
);
/** (fd, flags, new value, old value) */
export const timerfdSetTime: Call<Four> = libc.func(
  'int timerfd_settime(int, int, uintptr_t, uintptr_t)',
);
export const epollCreate: Call<[flags: number]> = libc.func('int epoll_create1(int)');
/** (epoll, operation, fd, event) */
export const epollControl: Call<Four> = libc.func('int epoll_ctl(int, int, int, uintptr_t)');
/** (epoll, events, count, timeout) */
export const epollWait: Call<Four> = libc.func('int epoll_wait(int, uintptr_t, int, int)');
/** (descriptors, count, timeout) */
export const poll: Call<[list: number, count: number, timeout: number]> = libc.func(
  'int poll(uintptr_t, unsigned long, int)',
);
/** (pid, policy, parameters) */
export const schedSetScheduler: Call<[pid: number, policy: number, parameters: number]> = libc.func(
  'int sched_setscheduler(int, int, uintptr_t)',
);
/** (pid, size, mask) */
export const schedSetAffinity: Call<[pid: number, size: number, mask: number]> = libc.func(
  'int sched_setaffinity(int, size_t, uintptr_t)',
);
/** (which, id, nice) */
export const setPriority: Call<[which: number, id: number, nice: number]> = libc.func(
  'int setpriority(int, uint32_t, int)',
);
export const mlock2: Call<[address: number, length: number, flags: number]> = libc.func(
  'int mlock2(uintptr_t, size_t, uint32_t)',
);
/** (pid, resource, new limit, old limit) */
export const prlimit: Call<Four> = libc.func('int prlimit(int, int, uintptr_t, uintptr_t)');
/** (option, argument 2, 3, 4, 5) */
export const prctl: Call<Five> = libc.func(
  'int prctl(int, uint64_t, uint64_t, uint64_t, uint64_t)',
);
export const setNamespace: Call<[fd: number, kind: number]> = libc.func('int setns(int, int)');

/** The errno of the call that has just failed. */
export function lastErrno(): number {
  return koffi.errno();
}

const errnoNames = new Map<number, string>();
for (const [name, number] of Object.entries(koffi.os.errno)) {
  const known = errnoNames.get(number);
  // Aliases share a number (EAGAIN and EWOULDBLOCK): the shorter name is the one of the manual pages.
  if (known === undefined || name.length < known.length) errnoNames.set(number, name);
}

/** The number that `name` (`EAGAIN`) has on this machine. */
export function errnoOf(name: string): number {
  const number = koffi.os.errno[name];
  if (number === undefined) throw new Error(`broken invariant: no errno is called ${name}`);
  return number;
}

export function portError(errno: number, detail = ''): PortError {
  return { errno, code: errnoNames.get(errno) ?? `errno ${errno}`, detail };
}

/** Memory that does not move, with the address that the kernel is told. Lives as long as something refers to it. */
export interface Memory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** In the host's byte order, which on every supported machine is little-endian. */
  readonly words: Uint32Array<ArrayBuffer>;
  readonly address: number;
}

/** `size` zeroed bytes, rounded up to whole words. */
export function allocate(size: number): Memory {
  const buffer = new ArrayBuffer(Math.max(64, (size + 7) & ~7));
  return {
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
    words: new Uint32Array(buffer),
    address: Number(koffi.address(buffer)),
  };
}

/** Writes a pointer or a size_t at byte offset `at`, a multiple of 4, without making a bigint. */
export function writePointer(words: Uint32Array, at: number, value: number): void {
  words[at >> 2] = value % 0x1_0000_0000;
  words[(at >> 2) + 1] = Math.floor(value / 0x1_0000_0000);
}

export interface Watch {
  /** Stops watching until `resume`. What is readable stays so and is told then. */
  pause(): void;
  resume(): void;
  /** Does not close the descriptor. */
  close(): void;
}

/** koffi stops a watch that nothing refers to any more when garbage is collected: these are referred to. */
const watched = new Set<object>();

/**
 * Runs what the callback has put off: promises that it resolved, `process.nextTick`. Node does so after callbacks of its
 * own but not after those of koffi, and in a process that wakes up for nothing else they would wait for ever.
 * `_tickCallback` is what Node itself calls, without documentation; an immediate does the same a turn later.
 */
const tickCallback: unknown = Reflect.get(process, '_tickCallback');
const runPutOff =
  typeof tickCallback === 'function'
    ? (): void => {
        Reflect.apply(tickCallback, process, []);
      }
    : (): void => {
        setImmediate(() => undefined);
      };

/** So often in a row a descriptor may have an error before it has to wait for its next turn; in milliseconds. */
const FAILURES_MOST = 16;
const FAILURE_PAUSE = 100;

/**
 * Calls back on the main loop for as long as `fd` is readable (level-triggered), until the watch is closed. koffi
 * swallows what a poll callback throws, and the loop would then spin at full load for ever: it is thrown again from
 * `setImmediate`, where it reaches `uncaughtException`. libuv stops watching a descriptor that has an error, such as a netlink
 * socket whose buffer was full, and says so by a negative status: reading takes the error away, and watching goes on.
 */
export function watchReadable(fd: number, callback: () => void): Watch {
  let isWanted = true;
  let failures = 0;
  const start = (): void => {
    if (isWanted) handle.start({ readable: true }, guarded);
  };
  const guarded = (status: unknown): void => {
    failures = typeof status === 'number' && status < 0 ? failures + 1 : 0;
    if (failures > FAILURES_MOST) setTimeout(start, FAILURE_PAUSE);
    else if (failures > 0) setImmediate(start);
    try {
      callback();
      runPutOff();
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  };
  const handle = koffi.node.poll(fd, { readable: true }, guarded);
  watched.add(handle);
  return {
    pause() {
      isWanted = false;
      handle.stop();
    },
    resume() {
      isWanted = true;
      start();
    },
    close() {
      isWanted = false;
      watched.delete(handle);
      handle.close();
    },
  };
}
