import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../base/address.ts';
import { instant, microseconds, milliseconds, wallTime } from '../../base/units.ts';
import type { Status } from '../../daemon/control.ts';
import type { Cause } from '../../engine/report.ts';
import { renderExplanation } from './explain.ts';

const cause: Cause = {
  kind: 'advertisement-timeout',
  master: '10.0.0.2' as Address,
  lastHeardAt: instant(6_390_625),
  waited: microseconds(3_609_375),
  lateness: milliseconds(12),
};
const priority = { base: 100, terms: [], effective: 100 };
const status = {
  now: instant(12_000_000),
  wall: wallTime(1_700_000_002_000_000),
  snapshot: {
    instances: [
      {
        name: 'VI_1',
        ...{ state: 'master', since: instant(10_000_000), cause, priority, faults: [] },
        conflicts: [
          { address: '10.0.0.100', interface: 'eth0', mac: '02:00:00:00:00:99', still: false },
        ],
      },
    ],
  },
  histories: {
    VI_1: {
      since: [],
      entries: [
        {
          at: instant(10_000_000),
          wall: wallTime(1_700_000_000_000_000),
          from: 'backup',
          to: 'master',
          cause,
          priority,
          before: [
            {
              at: instant(9_000_000),
              wall: wallTime(1_699_999_999_000_000),
              text: 'effective priority 100',
            },
          ],
        },
      ],
    },
  },
} as unknown as Status;

test('the story names who else holds an address', () => {
  const told = renderExplanation('VI_1', status) ?? '';
  assert.match(told, /^10\.0\.0\.100 is also claimed by 02:00:00:00:00:99 on eth0: /m);
});

test('the story says what was not heard, for how long, and how late the process was', () => {
  const story = renderExplanation('VI_1', status) ?? '';
  assert.match(
    story,
    /^VI_1 is MASTER for 2\.0 s, because nothing was heard from master 10\.0\.0\.2 for 3\.609s, the master down interval, and this process itself was 12ms late\.$/m,
  );
  assert.match(story, /BACKUP to MASTER\n {2}because nothing was heard/);
  assert.match(story, /\n {2}with priority 100\n {2}\S+ {2}effective priority 100\n$/);
});

test('a name that is not there has no story', () => {
  assert.equal(renderExplanation('VI_2', status), undefined);
});
