/** What happens to servers and directors, one step after the other, and what each step promises. */
import { holdfast } from '../test/lab/holdfast.ts';
import {
  address,
  checkInterval,
  interval,
  type Scenery,
  type Station,
  serverCheckInterval,
} from './scenery.ts';

export interface Step {
  readonly title: string;
  /** What is done, for the timeline. */
  readonly deed: string;
  readonly act: (scenery: Scenery) => unknown;
  /** Which director is master afterwards. */
  readonly owner: 'alpha' | 'beta';
  /** Which web servers answer afterwards. */
  readonly servers: readonly string[];
  /** What is measured: how long there was no answer, or until when some were refused. */
  readonly measure: 'silence' | 'refusals';
  /** The longest that the visitor may be without an answer by the protocol, in milliseconds. */
  readonly bound: number;
  readonly because: string;
  /** Nothing is left alive on the other host that could take its address away. */
  readonly orphaned?: boolean;
}

/** RFC 9568 section 6.1. */
function skewTime(priority: number): number {
  return ((256 - priority) * interval) / 256;
}

const betaSkew = skewTime(100);
const betaDown = 3 * interval + betaSkew;
const handover = {
  bound: interval,
  because: 'a handover between living hosts takes no longer than one interval',
} as const;
const silence = `three intervals of ${interval} ms and a skew time of ${betaSkew.toFixed(0)} ms`;

const all = ['web1', 'web2', 'web3'];

/** Of the servers behind alpha, which stays master. */
const serving = { owner: 'alpha', measure: 'refusals' } as const;
/** Of the directors, in front of all servers. */
const directing = { servers: all, measure: 'silence' } as const;

const ofServers: readonly Step[] = [
  {
    ...serving,
    title: 'web2 is killed',
    deed: 'SIGKILL for the web server on web2',
    act: ({ web }) => web[1].kill(),
    servers: ['web1', 'web3'],
    bound: serverCheckInterval,
    because: `it is checked every ${serverCheckInterval} ms, and refused until then`,
  },
  {
    ...serving,
    title: 'web2 is back',
    deed: 'the web server on web2 starts again',
    act: ({ web }) => web[1].start(),
    servers: all,
    bound: 0,
    because: 'nobody is refused',
  },
  {
    ...serving,
    title: 'web3 is drained',
    deed: `holdfast server ${address}:80 10.11.0.5:80 drain`,
    act: ({ alpha, web }) => order(alpha, web[2].host.ipv4, 'drain'),
    servers: ['web1', 'web2'],
    bound: 0,
    because: 'nobody is refused',
  },
  {
    ...serving,
    title: 'web3 is let in again',
    deed: `holdfast server ${address}:80 10.11.0.5:80 enable`,
    act: ({ alpha, web }) => order(alpha, web[2].host.ipv4, 'enable'),
    servers: all,
    bound: 0,
    because: 'nobody is refused',
  },
];

function order({ host }: Station, server: string, what: string): Promise<unknown> {
  return holdfast(host, 'server', `${address}:80`, `${server}:80`, what);
}

const ofDirectors: readonly Omit<Step, 'servers' | 'measure'>[] = [
  {
    title: 'The service on alpha fails',
    deed: 'the program that the check on alpha watches is killed',
    act: ({ alpha }) => alpha.breakService(),
    owner: 'beta',
    bound: checkInterval + betaSkew,
    because: `the check runs every ${checkInterval} ms; then a skew time of ${betaSkew.toFixed(0)} ms`,
  },
  {
    title: 'The service on alpha is back',
    deed: 'that program starts again',
    act: ({ alpha }) => alpha.startService(),
    owner: 'alpha',
    ...handover,
  },
  {
    title: 'alpha is killed',
    deed: 'SIGKILL for every process on alpha at once',
    act: ({ alpha }) => alpha.kill(),
    owner: 'beta',
    bound: betaDown,
    because: silence,
    orphaned: true,
  },
  {
    title: 'alpha returns',
    deed: 'alpha starts again',
    act: ({ alpha }) => boot(alpha),
    owner: 'alpha',
    ...handover,
  },
  {
    title: "alpha's link is cut",
    deed: 'the cable of alpha is pulled',
    act: ({ lab }) => lab.cut('alpha'),
    owner: 'beta',
    bound: betaDown,
    because: silence,
  },
  {
    title: "alpha's link is mended",
    deed: 'the cable of alpha is plugged in',
    act: ({ lab }) => lab.restore('alpha'),
    owner: 'alpha',
    ...handover,
  },
  {
    title: 'Holdfast on alpha is asked to stop',
    deed: 'SIGTERM for Holdfast on alpha',
    act: ({ alpha }) => alpha.stopDaemon(),
    owner: 'beta',
    bound: betaSkew,
    because: `a skew time of ${betaSkew.toFixed(0)} ms`,
  },
];

export const story: readonly Step[] = [
  ...ofServers,
  ...ofDirectors.map((step) => ({ ...directing, ...step })),
];

export function boot(station: Station): void {
  station.startService();
  station.startDaemon();
}
