/**
 * What a process asks of the kernel for itself: priority, memory, limits, names and namespaces. Nothing here throws
 * for lack of a privilege; each answer is undefined or the error, to be reported and lived with.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { failure, invariant, type Outcome, success } from '../base/outcome.ts';
import type { PortError } from '../ports.ts';
import {
  allocate,
  close,
  duplicate,
  lastErrno,
  mallocTrim,
  mlock2,
  portError,
  prctl,
  prlimit,
  schedSetAffinity,
  schedSetScheduler,
  setNamespace,
  setPriority,
  writePointer,
} from './ffi.ts';

const SELF = 0;
const SCHED_OTHER = 0;
const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x4000_0000;
const PRIO_PROCESS = 0;
const MLOCK_ONFAULT = 1;
const RLIMIT_NOFILE = 7;
const RLIMIT_MEMLOCK = 8;
const RLIMIT_RTTIME = 15;
const PR_SET_PDEATHSIG = 1;
const PR_SET_NAME = 15;
/** The kernel keeps 15 characters of a name and a zero. */
const NAME_LENGTH = 16;
/** As many processors as a mask of this many bytes can name. */
const AFFINITY_BYTES = 128;

type Done = PortError | undefined;

function outcome(result: number): Done {
  return result < 0 ? portError(lastErrno()) : undefined;
}

/** Round-robin real time with `priority` 1 to 99; 0 is the ordinary policy. Children start without it. */
export function setRealTimePriority(priority: number): Done {
  const parameters = allocate(4);
  parameters.view.setInt32(0, priority, true);
  const policy = priority === 0 ? SCHED_OTHER : SCHED_RR | SCHED_RESET_ON_FORK;
  return outcome(schedSetScheduler(SELF, policy, parameters.address));
}

/** Returns to the host what malloc keeps and nobody uses: what a start leaves there is more than a megabyte. */
export function trimHeap(): void {
  mallocTrim(0);
}

/** -20, the most favoured, to 19. */
export function setNice(nice: number): Done {
  return outcome(setPriority(PRIO_PROCESS, SELF, nice));
}

/** Runs on these processors alone. */
export function setCpuAffinity(processors: readonly number[]): Done {
  const mask = allocate(AFFINITY_BYTES);
  for (const processor of processors) {
    const byte = processor >> 3;
    if (processor < 0 || byte >= AFFINITY_BYTES) return portError(EINVAL);
    mask.bytes[byte] = (mask.bytes[byte] ?? 0) | (1 << (processor & 7));
  }
  return outcome(schedSetAffinity(SELF, AFFINITY_BYTES, mask.address));
}

const EINVAL = 22;
const O_CLOEXEC = 0o2000000;

/**
 * Keeps in memory what has been touched, now and from now on, of the program's text, the libraries, the C heap and the
 * stack: the pages that a host short of memory drops first, since files can be read again. With MLOCK_ONFAULT nothing
 * becomes resident that was not anyway.
 *
 * The heap of V8 is left out, and so is mlockall(2): V8 gives pages back with MADV_DONTNEED, which the kernel refuses
 * for locked memory, and V8 then aborts the process at the next collection. A host with swap can keep the heap from
 * it by `memory.swap.max=0` of the process' control group (systemd: `MemorySwapMax=0`).
 */
export function lockMemory(): Done {
  // Refused without CAP_SYS_RESOURCE, and not needed with CAP_IPC_LOCK: the locks themselves tell.
  setLimit(RLIMIT_MEMLOCK, Number.POSITIVE_INFINITY);
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const mapping = /^([0-9a-f]+)-([0-9a-f]+) [r-][w-][x-][ps] .* (\/.*|\[heap\]|\[stack\])$/.exec(
      line,
    );
    if (mapping === null) continue;
    const start = Number.parseInt(mapping[1] ?? '', 16);
    const end = Number.parseInt(mapping[2] ?? '', 16);
    const error = outcome(mlock2(start, end - start, MLOCK_ONFAULT));
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Microseconds of real-time running without a pause, after which the kernel sends SIGXCPU. */
export function setRealTimeLimit(microseconds: number): Done {
  return setLimit(RLIMIT_RTTIME, microseconds);
}

/** How many descriptors may be open. Without CAP_SYS_RESOURCE: as many as the hard limit allows. */
export function setOpenFilesLimit(count: number): Done {
  const error = setLimit(RLIMIT_NOFILE, count);
  if (error === undefined) return undefined;
  const limits = allocate(16);
  prlimit(SELF, RLIMIT_NOFILE, 0, limits.address);
  limits.bytes.copyWithin(0, 8, 16);
  prlimit(SELF, RLIMIT_NOFILE, limits.address, 0);
  return error;
}

/** How many descriptors may be open. */
export function openFilesLimit(): number {
  const limits = allocate(16);
  prlimit(SELF, RLIMIT_NOFILE, 0, limits.address);
  return Number(limits.view.getBigUint64(0, true));
}

/** Gives an open descriptor another number, where nothing else may be; children do not inherit it. */
export function moveDescriptor(from: number, to: number): Done {
  if (duplicate(from, to, O_CLOEXEC) < 0) return portError(lastErrno());
  return outcome(close(from));
}

/** Sends this process the signal of that number when the thread that started it ends. */
export function setParentDeathSignal(signal: number): Done {
  return outcome(prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0));
}

/** What `ps` and /proc/PID/comm show; cut to 15 bytes. */
export function setProcessName(name: string): Done {
  const bytes = allocate(NAME_LENGTH);
  bytes.bytes.set(new TextEncoder().encode(name).subarray(0, NAME_LENGTH - 1));
  return outcome(prctl(PR_SET_NAME, bytes.address, 0, 0, 0));
}

/**
 * Enters the namespace that a file stands for (`/run/netns/blue`, `/proc/1/ns/net`). The calling thread alone moves:
 * sockets opened and children started from then on are inside, Node's own pool of threads is not.
 */
export function enterNamespace(path: string): Done {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0;
    return portError(errno, path);
  }
  const entered = outcome(setNamespace(fd, 0));
  closeSync(fd);
  return entered === undefined ? undefined : { ...entered, detail: path };
}

/** Does something inside another network namespace and comes back, which must not fail: it would be lost in there. */
export function inNamespace<Result>(path: string, act: () => Result): Outcome<Result, PortError> {
  const home = openSync('/proc/self/ns/net', 'r');
  try {
    const refused = enterNamespace(path);
    if (refused !== undefined) return failure(refused);
    const result = act();
    invariant(outcome(setNamespace(home, 0)) === undefined, 'a process may return to where it was');
    return success(result);
  } finally {
    closeSync(home);
  }
}

/** Both the soft and the hard limit. */
function setLimit(resource: number, value: number): Done {
  const limits = allocate(16);
  if (value === Number.POSITIVE_INFINITY) {
    limits.bytes.fill(0xff, 0, 16);
  } else {
    writePointer(limits.words, 0, value);
    writePointer(limits.words, 8, value);
  }
  return outcome(prlimit(SELF, resource, limits.address, 0));
}
