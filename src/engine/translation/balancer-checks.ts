/** The checkers of a real server, with everything that they inherit (behaviour 19). */
import { type Address, familyOf } from '../../base/address.ts';
import { type Duration, seconds } from '../../base/units.ts';
import type { CheckTarget } from '../../health/check.ts';
import type { ByteMask, Checker } from '../../health/checker.ts';
import { isDomainName } from '../../health/checkers/dns.ts';
import type { Pacing } from '../../health/pacing.ts';
import type { Model, RealServer, VirtualServer } from '../../language/model.ts';
import type { ServerCheck } from '../balancer/model.ts';
import { extensionChecks } from './balancer-extensions.ts';
import { httpChecker } from './balancer-http.ts';
import { notifyCommand } from './supervisor-model.ts';

type TcpNode = RealServer['TCP_CHECK'][number];
type SmtpNode = RealServer['SMTP_CHECK'][number];
type UdpNode = RealServer['UDP_CHECK'][number];
type MiscNode = RealServer['MISC_CHECK'][number];
type FileNode = RealServer['FILE_CHECK'][number];

/** What every checker has, and what only those have that open connections. */
type Common = Partial<Pick<TcpNode, keyof TcpNode>>;

export interface CheckScene {
  readonly model: Model;
  readonly virtual: VirtualServer;
  readonly server: RealServer;
  /** The server's own, else that of the service; 0 where neither has one. */
  readonly port: number;
}

interface Defaults {
  readonly retries: number;
  readonly retryDelay: Duration;
}

const usual: Defaults = { retries: 1, retryDelay: seconds(1) };
const defaultInterval = seconds(60);
const defaultTimeout = seconds(5);
const smtpPort = 25;
const dnsPort = 53;
const root = '.';

type Lists = {
  readonly [Key in keyof RealServer]: RealServer[Key] extends readonly object[] ? Key : never;
}[keyof RealServer];

/** Every list of checks that a server may have. */
const lists: Readonly<Record<Lists, true>> = {
  ...{ TCP_CHECK: true, HTTP_GET: true, SSL_GET: true, SMTP_CHECK: true, DNS_CHECK: true },
  ...{ UDP_CHECK: true, PING_CHECK: true, MISC_CHECK: true, FILE_CHECK: true, BFD_CHECK: true },
  ...{ REDIS_CHECK: true, MYSQL_CHECK: true, PGSQL_CHECK: true, GRPC_CHECK: true },
};
const kinds = Object.keys(lists) as readonly Lists[];
const none: readonly ServerCheck[] = [];

/** In keepalived's order of kinds. A check that lacks what it looks at is left out. */
export function serverChecks(scene: CheckScene): readonly ServerCheck[] {
  if (kinds.every((kind) => scene.server[kind].length === 0)) return none;
  const checks: ServerCheck[] = [];
  const names = new Map<string, number>();
  const add = (kind: string, node: Common, own: Partial<CheckParts> & HasChecker): void => {
    const count = (names.get(kind) ?? 0) + 1;
    names.set(kind, count);
    const { checker, defaults = usual, pacing, port } = own;
    checks.push({
      name: count === 1 ? kind : `${kind} ${count}`,
      checker,
      target: targetOf(scene, node, port),
      pacing: { ...pacingOf(scene, node, defaults), ...pacing },
    });
  };
  const { server } = scene;
  for (const node of server.TCP_CHECK) add('TCP_CHECK', node, { checker: { kind: 'tcp' } });
  addHttp(scene, add);
  for (const node of server.SMTP_CHECK) {
    const checker = { kind: 'smtp', helo: heloOf(scene, node) } as const;
    // Each of its hosts must succeed, which is what several checks of one server are.
    for (const host of node.host.length === 0 ? [{}] : node.host) {
      add('SMTP_CHECK', { ...written(node), ...written(host) }, { checker, port: smtpPort });
    }
  }
  for (const node of server.DNS_CHECK) {
    const { type } = node;
    const name = isDomainName(node.name) ? node.name : root;
    const defaults = { retries: 3, retryDelay: pacingOf(scene, node, usual).interval };
    add('DNS_CHECK', node, { checker: { kind: 'dns', type, name }, defaults, port: dnsPort });
  }
  for (const node of server.UDP_CHECK) add('UDP_CHECK', node, { checker: udpChecker(node) });
  for (const node of server.PING_CHECK) add('PING_CHECK', node, { checker: { kind: 'ping' } });
  for (const node of server.MISC_CHECK) {
    const { interval } = pacingOf(scene, node, usual);
    const checker = miscChecker(scene, node, interval);
    if (checker !== undefined) {
      add('MISC_CHECK', node, { checker, defaults: { ...usual, retries: 0 } });
    }
  }
  for (const { kind, node, checker, port } of extensionChecks(scene.model, server)) {
    add(kind, node, { checker, port });
  }
  addTold(scene, add);
  return checks;
}

interface HasChecker {
  readonly checker: Checker;
}

interface CheckParts extends HasChecker {
  readonly defaults: Defaults;
  readonly pacing: Partial<Pacing>;
  /** Where no port is configured anywhere. */
  readonly port: number;
}

type Add = (kind: string, node: Common, own: Partial<CheckParts> & HasChecker) => void;

function addHttp(scene: CheckScene, add: Add): void {
  const { server } = scene;
  for (const [kind, nodes] of [
    ['HTTP_GET', server.HTTP_GET],
    ['SSL_GET', server.SSL_GET],
  ] as const) {
    for (const node of nodes) {
      if (node.url.length === 0) continue;
      add(kind, node, {
        checker: httpChecker(scene, node),
        defaults: { ...usual, retryDelay: seconds(3) },
        pacing: { steps: node.url.length, fastRecovery: node.fast_recovery },
      });
    }
  }
}

/** Those whose state is told from outside. */
function addTold({ model, server }: CheckScene, add: Add): void {
  const files = new Map(model.track_file.map((file) => [file.name, file]));
  for (const node of server.FILE_CHECK) {
    const checker = fileChecker(node, files);
    if (checker !== undefined) add('FILE_CHECK', {}, { checker, pacing: { alpha: false } });
  }
  for (const { name, alpha } of server.BFD_CHECK) {
    if (name === undefined) continue;
    add('BFD_CHECK', {}, { checker: { kind: 'bfd', session: name }, pacing: { alpha } });
  }
}

function pacingOf({ model, virtual, server }: CheckScene, node: Common, own: Defaults): Pacing {
  const interval = node.delay_loop ?? server.delay_loop ?? virtual.delay_loop ?? defaultInterval;
  return {
    interval,
    retries: node.retry ?? server.retry ?? virtual.retry ?? own.retries,
    retryDelay:
      node.delay_before_retry ??
      server.delay_before_retry ??
      virtual.delay_before_retry ??
      own.retryDelay,
    warmup: node.warmup ?? server.warmup ?? virtual.warmup ?? interval,
    alpha: node.alpha ?? server.alpha ?? virtual.alpha,
    steps: 1,
    fastRecovery: false,
    logAllFailures: node.log_all_failures ?? model.global_defs.checker_log_all_failures,
  };
}

function targetOf(
  { virtual, server, port }: CheckScene,
  node: Common,
  otherwise: number | undefined,
): CheckTarget {
  const address: Address = node.connect_ip ?? server.endpoint.address;
  return {
    address,
    port: node.connect_port ?? (port === 0 ? (otherwise ?? 0) : port),
    bindAddress: isOfFamily(node.bindto, address) ? node.bindto : undefined,
    bindPort: node.bind_port,
    bindInterface: node.bind_if,
    mark: node.fwmark === 0 ? undefined : node.fwmark,
    timeout:
      node.connect_timeout ?? server.connect_timeout ?? virtual.connect_timeout ?? defaultTimeout,
  };
}

function isOfFamily(source: Address | undefined, address: Address): boolean {
  return source !== undefined && familyOf(source) === familyOf(address);
}

/** Without what is not there, so that it does not hide what is below. */
function written(node: object): Common {
  return Object.fromEntries(
    Object.entries(node).filter(([key, value]) => value !== undefined && !isUnset(key, value)),
  );
}

/** `fwmark 0` is what stands where none is written. */
function isUnset(key: string, value: unknown): boolean {
  return key === 'fwmark' && value === 0;
}

/** Empty where the host's own name is meant, which a pure layer does not know. */
function heloOf({ model }: CheckScene, node: SmtpNode): string {
  return node.helo_name ?? model.global_defs.smtp_helo_name ?? '';
}

function miscChecker(
  { model }: CheckScene,
  node: MiscNode,
  interval: Duration,
): Checker | undefined {
  if (node.misc_path === undefined) return undefined;
  const { user, group } = node.user ?? model.global_defs.script_user ?? nobody;
  const command = notifyCommand({ command: node.misc_path, user, group });
  if (command === undefined) return undefined;
  const { argv, input } = command;
  return {
    kind: 'misc',
    command: input === undefined ? argv : [...argv, input],
    timeout:
      node.misc_timeout === undefined || node.misc_timeout === 0 ? interval : node.misc_timeout,
    dynamic: node.misc_dynamic,
    user,
    group,
  };
}

const nobody = { user: undefined, group: undefined };

function fileChecker(
  node: FileNode,
  files: ReadonlyMap<string, Model['track_file'][number]>,
): Checker | undefined {
  const file = node.track_file === undefined ? undefined : files.get(node.track_file);
  if (file === undefined) return undefined;
  const { weight, reverse } = node.weight ?? file.weight;
  return { kind: 'file', file: file.name, weight, reverse };
}

function udpChecker(node: UdpNode): Checker {
  const { require_reply: pattern } = node;
  return {
    kind: 'udp',
    payload: bytesOf(node.payload ?? ''),
    reply:
      pattern === undefined
        ? undefined
        : {
            pattern: maskedBytes(pattern),
            minimum: node.min_reply_length,
            maximum: node.max_reply_length,
          },
  };
}

/** Pairs of digits, as the language has made sure. */
function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Two digits a byte; X and ? take any, a digit too many at the end is half a byte. */
function maskedBytes(text: string): readonly ByteMask[] {
  const bytes: ByteMask[] = [];
  for (let at = 0; at < text.length; at += 2) {
    const [high, low] = [nibble(text[at]), nibble(text[at + 1])];
    bytes.push({ value: high.value * 16 + low.value, mask: high.mask * 16 + low.mask });
  }
  return bytes;
}

function nibble(digit: string | undefined): ByteMask {
  if (digit === undefined || /[xX?]/.test(digit)) return { value: 0, mask: 0 };
  return { value: Number.parseInt(digit, 16), mask: 15 };
}
