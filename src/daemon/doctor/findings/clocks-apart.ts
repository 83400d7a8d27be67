/** Signed advertisements are heeded only from clocks that agree. */
import { toSeconds } from '../../../base/units.ts';
import type { Examination, Finding } from '../patient.ts';

export const clocksApart: Examination = ({ instances, links, heard }) =>
  instances.flatMap(({ name, interface: place, virtualRouterId, signing }): readonly Finding[] => {
    const link = links.find((each) => each.name === place);
    const window = signing?.window;
    if (window === undefined) return [];
    const worst = heard
      .filter((one) => one.link === link?.index && one.virtualRouterId === virtualRouterId)
      .filter(({ clockAhead }) => Math.abs(clockAhead ?? 0) > toSeconds(window))[0];
    if (worst?.clockAhead === undefined) return [];
    const apart = Math.abs(worst.clockAhead).toFixed(1);
    return [
      {
        code: 'clocks-apart',
        what: `the clock of ${worst.source} is ${apart} s ${worst.clockAhead > 0 ? 'ahead of' : 'behind'} ours, and ${name} heeds only what is within ${toSeconds(window)} s`,
        where: `auth_hmac of ${name}`,
        cure: 'set both clocks by NTP (timedatectl, chronyc tracking), or widen the window on all hosts',
      },
    ];
  });
