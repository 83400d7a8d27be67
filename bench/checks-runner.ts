/** Our check runner alone in a process, asked for so many checks a second: what it took, and what came of it. */
import { parseAddress } from '../src/base/address.ts';
import { seconds } from '../src/base/units.ts';
import { createCheckRunner } from '../src/daemon/checks/runner.ts';
import type { CheckRequest } from '../src/health/check.ts';
import type { Checker } from '../src/health/checker.ts';
import { linuxClock } from '../src/linux/clock.ts';
import { FIRST_PORT, PORTS } from './checks-listener.ts';

export interface RunnerResult {
  readonly checks: number;
  readonly failed: number;
  /** Microseconds of processor time. */
  readonly processor: number;
}

const TICK = 10;
const MD5_OF_HELLO = '5d41402abc4b2a76b9719d911017c592';
const [kind = 'tcp', rate = '1000', length = '10'] = process.argv.slice(2);

const settings: Checker =
  kind === 'tcp'
    ? { kind: 'tcp' }
    : {
        kind: 'http',
        tls: undefined,
        protocol: '1.0',
        urls: [
          {
            path: '/',
            host: undefined,
            digest: MD5_OF_HELLO,
            statuses: [],
            pattern: undefined,
            tlsCompliant: false,
          },
        ],
      };

const address = parseAddress('127.0.0.1');
if (address === undefined) throw new Error('broken invariant: loopback has an address');
/** As many checkers as checks in a second: each comes once a second. */
const requests = Array.from(
  { length: Number(rate) },
  (_, index): CheckRequest => ({
    checker: `server ${index}`,
    sequence: 1,
    step: 0,
    settings,
    target: {
      address,
      port: FIRST_PORT + (index % PORTS),
      bindAddress: undefined,
      bindPort: undefined,
      bindInterface: undefined,
      mark: undefined,
      timeout: seconds(2),
    },
  }),
);

let checks = 0;
let failed = 0;
const runner = createCheckRunner({
  now: linuxClock.now,
  notice: (text) => process.stderr.write(`${text}\n`),
  security: { scriptUser: undefined, enforce: false },
  tell(outcomes) {
    checks += outcomes.length;
    for (const { passed } of outcomes) if (!passed) failed += 1;
  },
});

/** Milliseconds until the compiler has done its part, and nothing counts. */
const WARM_UP = 3_000;
const startedAt = performance.now();
let before: NodeJS.CpuUsage | undefined;
let asked = 0;
const timer = setInterval(() => {
  const elapsed = performance.now() - startedAt;
  if (before === undefined && elapsed > WARM_UP) {
    before = process.cpuUsage();
    checks = 0;
  }
  if (elapsed > WARM_UP + Number(length) * 1_000) {
    clearInterval(timer);
    setTimeout(finish, 500);
    return;
  }
  const due = Math.floor((elapsed * Number(rate)) / 1_000);
  const batch: CheckRequest[] = [];
  for (; asked < due; asked += 1) {
    const request = requests[asked % requests.length];
    if (request !== undefined) batch.push({ ...request, sequence: asked });
  }
  runner.begin(batch);
}, TICK);

function finish(): void {
  const { user, system } = process.cpuUsage(before);
  const result: RunnerResult = { checks, failed, processor: user + system };
  process.send?.(result);
  runner.close();
  process.disconnect?.();
}
