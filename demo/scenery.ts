/** Two directors, three web servers behind them, a visitor, and somebody who watches the wire. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdfast, startHoldfast } from '../test/lab/holdfast.ts';
import type { Host } from '../test/lab/host.ts';
import { type Lab, openLab } from '../test/lab/lab.ts';
import { crash, stop, type Task } from '../test/lab/task.ts';

export const address = '10.11.0.100';
/** Milliseconds. */
export const interval = 200;
export const checkInterval = 1000;
export const serverCheckInterval = 500;
const statusPort = 8080;

export interface Station {
  readonly host: Host;
  readonly priority: number;
  readonly configuration: string;
  readonly startService: () => void;
  readonly breakService: () => Promise<void>;
  readonly startDaemon: () => void;
  readonly stopDaemon: () => Promise<void>;
  /** SIGKILL for every process of the host. */
  readonly kill: () => Promise<void>;
  readonly log: () => string;
}

export interface WebServer {
  readonly host: Host;
  readonly start: () => void;
  readonly kill: () => Promise<void>;
}

export interface Scenery {
  readonly lab: Lab;
  readonly alpha: Station;
  readonly beta: Station;
  readonly web: readonly [WebServer, WebServer, WebServer];
  readonly client: Host;
}

export async function setScenery(): Promise<Scenery> {
  const lab = await openLab(['alpha', 'beta', 'web1', 'web2', 'web3', 'client']);
  const web = [
    makeWebServer(lab.host('web1')),
    makeWebServer(lab.host('web2')),
    makeWebServer(lab.host('web3')),
  ] as const;
  const hosts = web.map(({ host }) => host);
  // The address of the service is on each of them, and no ARP for it is answered.
  await Promise.all(hosts.map((host) => holdfast(host, 'realserver', '--vip', address)));
  for (const { start } of web) start();
  return {
    lab,
    web,
    alpha: makeStation(lab.host('alpha'), 150, hosts),
    beta: makeStation(lab.host('beta'), 100, hosts),
    client: lab.host('client'),
  };
}

function makeWebServer(host: Host): WebServer {
  const tasks: Task[] = [];
  return {
    host,
    start: () => {
      const words = [script('web-server.ts'), host.name];
      tasks.push(host.start(nodeProgram, words, { name: `web server on ${host.name}` }));
    },
    kill: async () => {
      await Promise.all(tasks.map(crash));
    },
  };
}

export const nodeProgram = process.execPath;
export function script(name: string): string {
  return join(import.meta.dirname, name);
}

function makeStation(host: Host, priority: number, servers: readonly Host[]): Station {
  const check = join(host.directory, 'check');
  writeFileSync(check, checkScript);
  chmodSync(check, 0o755);
  const configuration = configurationOf(priority, check, servers);
  const daemons: Task[] = [];
  const services: Task[] = [];
  const crashAll = async (tasks: readonly Task[]) => {
    await Promise.all(tasks.map(crash));
  };
  return {
    host,
    priority,
    configuration,
    startService: () => {
      const words = [script('web-server.ts'), host.name, `${statusPort}`];
      services.push(host.start(nodeProgram, words, { name: `service on ${host.name}` }));
    },
    breakService: () => crashAll(services),
    startDaemon: () => {
      daemons.push(startHoldfast(host, configuration));
    },
    stopDaemon: async () => {
      await Promise.all(daemons.filter((task) => !task.ended()).map((task) => stop(task)));
    },
    kill: () => crashAll([...daemons, ...services]),
    log: () => daemons.map((task) => task.log()).join('\n'),
  };
}

const checkScript = `#!/bin/bash
# The host is fit while this service of its own answers.
exec 3<>/dev/tcp/127.0.0.1/${statusPort} || exit 1
printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3
read -r -t 1 line <&3
[[ $line == *' 200 '* ]]
`;

function configurationOf(priority: number, check: string, servers: readonly Host[]): string {
  const real = servers.map(
    ({ ipv4 }) => `    real_server ${ipv4} 80 {
        TCP_CHECK {
            retry 0
        }
    }
`,
  );
  return `global_defs {
    script_user root
    vrrp_startup_delay 1     # until the balancer knows the servers
}

vrrp_script service {
    script ${check}
    interval ${checkInterval / 1000}
    timeout 1
    rise 1
    fall 1
}

vrrp_instance front {
    interface eth0
    version 3
    virtual_router_id 51
    priority ${priority}
    advert_int ${interval / 1000}
    virtual_ipaddress {
        ${address}/24
    }
    track_script {
        service
    }
}

virtual_server ${address} 80 {
    lvs_sched rr
    lvs_method DR
    protocol TCP
    delay_loop ${serverCheckInterval / 1000}
${real.join('')}}
`;
}
