/** What happens to the two hosts, one step after the other, and what each step promises. */
import { checkInterval, interval, type Scenery, type Station } from './scenery.ts';

export interface Step {
  readonly title: string;
  /** What is done, for the timeline. */
  readonly deed: string;
  readonly act: (scenery: Scenery) => Promise<void> | void;
  /** Who serves afterwards. */
  readonly owner: 'alpha' | 'beta';
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

export const story: readonly Step[] = [
  {
    title: 'The service on alpha fails',
    deed: 'the web server on alpha is killed',
    act: ({ alpha }) => alpha.breakService(),
    owner: 'beta',
    bound: checkInterval + betaSkew,
    because: `the check runs every ${checkInterval} ms; then a skew time of ${betaSkew.toFixed(0)} ms`,
  },
  {
    title: 'The service on alpha is back',
    deed: 'the web server on alpha starts again',
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

export function boot(station: Station): void {
  station.startService();
  station.startDaemon();
}
