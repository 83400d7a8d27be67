/** Two hosts with a web server each, a visitor, and somebody who watches the wire. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHoldfast } from '../test/lab/holdfast.ts';
import type { Host } from '../test/lab/host.ts';
import { type Lab, openLab } from '../test/lab/lab.ts';
import { crash, stop, type Task } from '../test/lab/task.ts';

export const address = '10.11.0.100';
/** Milliseconds. */
export const interval = 200;
export const checkInterval = 1000;

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

export interface Scenery {
  readonly lab: Lab;
  readonly alpha: Station;
  readonly beta: Station;
  readonly client: Host;
}

export async function setScenery(): Promise<Scenery> {
  const lab = await openLab(['alpha', 'beta', 'client']);
  return {
    lab,
    alpha: makeStation(lab.host('alpha'), 150),
    beta: makeStation(lab.host('beta'), 100),
    client: lab.host('client'),
  };
}

export const nodeProgram = process.execPath;
export function script(name: string): string {
  return join(import.meta.dirname, name);
}

function makeStation(host: Host, priority: number): Station {
  const check = join(host.directory, 'check-web');
  writeFileSync(check, checkScript);
  chmodSync(check, 0o755);
  const configuration = configurationOf(priority, check);
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
      const words = [script('web-server.ts'), host.name];
      services.push(host.start(nodeProgram, words, { name: `web server on ${host.name}` }));
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
# The service is well when it answers on this host.
exec 3<>/dev/tcp/127.0.0.1/80 || exit 1
printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3
read -r -t 1 line <&3
[[ $line == *' 200 '* ]]
`;

function configurationOf(priority: number, check: string): string {
  return `global_defs {
    script_user root
}

vrrp_script web {
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
        web
    }
}
`;
}
