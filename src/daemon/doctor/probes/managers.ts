/** Programs that manage interfaces, as far as they say so in /run. */
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Link } from '../../../ports.ts';
import type { Patient } from '../patient.ts';

type Manager = { readonly what: string; readonly cure: string };

/** `root` is / but for tests. */
export function managersOf(links: readonly Link[], root = '/'): Patient['managers'] {
  const managers = new Map<number, Manager>();
  // Another namespace has other interfaces by the same numbers.
  if (root === '/' && !isAtHome()) return managers;
  for (const { index, loopback } of links) {
    if (loopback) continue;
    const manager = networkd(root, index) ?? networkManager(root, index);
    if (manager !== undefined) managers.set(index, manager);
  }
  return managers;
}

function isAtHome(): boolean {
  try {
    return readlinkSync('/proc/1/ns/net') === readlinkSync('/proc/self/ns/net');
  } catch {
    return false;
  }
}

/** systemd.network(5): without KeepConfiguration, foreign addresses go when it configures the link anew. */
function networkd(root: string, index: number): Manager | undefined {
  const state = textOf(join(root, `run/systemd/netif/links/${index}`));
  if (!/^ADMIN_STATE=(configured|configuring)$/m.test(state)) return undefined;
  const file = /^NETWORK_FILE=(.+)$/m.exec(state)?.[1] ?? '';
  if (/^\s*KeepConfiguration\s*=\s*(yes|static)/m.test(textOf(join(root, file)))) return undefined;
  return {
    what: 'systemd-networkd manages the interface, and takes virtual addresses away when it restarts',
    cure: `in the [Network] section of ${file === '' ? 'its .network file' : file}: KeepConfiguration=static, then networkctl reload`,
  };
}

function networkManager(root: string, index: number): Manager | undefined {
  const state = textOf(join(root, `run/NetworkManager/devices/${index}`));
  if (!/^managed=true$/m.test(state)) return undefined;
  return {
    what: 'NetworkManager manages the interface, and takes virtual addresses away when it activates a connection anew',
    cure: 'keep the interface from it: nmcli device set INTERFACE managed no, and in a file of /etc/NetworkManager/conf.d for the next start',
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
