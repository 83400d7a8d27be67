/** keepalived's checker process, told to make so many checks a second. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_PORT, PORTS } from './checks-listener.ts';

export interface KeepalivedLoad {
  readonly kind: 'tcp' | 'http';
  readonly rate: number;
  readonly seconds: number;
  /** How many connections the servers have taken so far. */
  readonly accepted: () => Promise<number>;
}

const blocks = {
  tcp: 'TCP_CHECK { connect_timeout 2 }',
  http: 'HTTP_GET {\n connect_timeout 2\n url {\n path /\n digest 5d41402abc4b2a76b9719d911017c592\n }\n }',
};
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'latin1' }));

/** Microseconds of processor time, and the checks it was spent on. */
export async function measureKeepalived({
  kind,
  rate,
  seconds,
  accepted,
}: KeepalivedLoad): Promise<{ readonly checks: number; readonly processor: number }> {
  const folder = mkdtempSync(join(tmpdir(), `hfbench-${process.pid}-`));
  const own = (name: string) => join(folder, name);
  writeFileSync(own('conf'), configuration(kind, rate));
  const daemon = spawn(
    'keepalived',
    [
      ...['--use-file', own('conf'), '--check', '--dont-fork', '--no-syslog'],
      ...['--pid', own('k.pid'), '--vrrp_pid', own('v.pid'), '--checkers_pid', own('c.pid')],
    ],
    { stdio: 'ignore' },
  );
  try {
    // All services are made, and every check has been made once.
    await pause(6_000);
    const process = readFileSync(own('c.pid'), 'latin1').trim();
    const [before, acceptedBefore] = [processorOf(process), await accepted()];
    await pause(seconds * 1_000);
    const [after, acceptedAfter] = [processorOf(process), await accepted()];
    return { checks: acceptedAfter - acceptedBefore, processor: after - before };
  } finally {
    daemon.kill('SIGTERM');
    await pause(1_500);
    daemon.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function processorOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

function configuration(kind: 'tcp' | 'http', rate: number): string {
  const servers = Array.from({ length: rate }, (_, index) => {
    const service = Math.floor(index / PORTS);
    const head =
      index % PORTS === 0
        ? `${index === 0 ? '' : '}\n'}virtual_server 10.97.${service >> 8}.${service & 255} 80 {
 delay_loop 1
 warmup 1
 lvs_sched rr
 lvs_method NAT
 protocol TCP
`
        : '';
    return `${head} real_server 127.0.0.1 ${FIRST_PORT + (index % PORTS)} {\n ${blocks[kind]}\n }\n`;
  });
  return `${servers.join('')}}\n`;
}
