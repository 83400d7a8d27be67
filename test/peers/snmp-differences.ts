import assert from 'node:assert/strict';

/** Where Holdfast does not show what keepalived 2.2.7 shows, and why. */
export interface Difference {
  readonly objects: RegExp;
  /** What it must be here; undefined is a moment, of which nothing can be said. */
  readonly ours: RegExp | undefined;
  readonly why: string;
}

const own = String.raw`^\.1\.3\.6\.1\.4\.1\.9586\.100\.5\.`;
const vrrpMib = String.raw`^\.1\.3\.6\.1\.2\.1\.68\.`;
const vrrpv3Mib = String.raw`^\.1\.3\.6\.1\.2\.1\.207\.`;

function difference(objects: string, ours: RegExp | undefined, why: string): Difference {
  return { objects: new RegExp(objects), ours, why };
}

export const differences: readonly Difference[] = [
  difference(
    `${own}1\\.1\\.0$`,
    /^Hex-STRING: 48 6F 6C 64 66 61 73 74 /,
    'its own name and version',
  ),
  difference(`${own}1\\.12\\.0$`, /^INTEGER: 2$/, 'an object of a later MIB'),
  difference(`${own}2\\.3\\.1\\.36\\.`, /^INTEGER: 2$/, 'an object of a later MIB'),
  difference(`${own}2\\.9\\.1\\.1[012]\\.`, /./, 'objects of a later MIB'),
  difference(
    `${own}2\\.3\\.1\\.11\\.[1-4]$`,
    /^INTEGER: [12]$/,
    'keepalived says whether any interface is tracked, the MIB asks for the primary one',
  ),
  difference(
    `${own}2\\.6\\.1\\.11\\.`,
    /^INTEGER: [12]$/,
    'keepalived takes all addresses but those of its first instance for excluded ones',
  ),
  difference(
    `${own}2\\.21\\.1\\.5\\.1$`,
    /^INTEGER: 3$/,
    'keepalived tells the number that the MIB gives "partial" where "initial" is configured',
  ),
  difference(
    `${own}2\\.21\\.1\\.13\\.1$`,
    /^INTEGER: 1$/,
    'keepalived knows of no processes where the kernel tells it nothing',
  ),
  difference(
    `${vrrpMib}1\\.3\\.1\\.7\\.\\d+\\.51$`,
    /^IpAddress: 10\.11\.0\.1$/,
    'RFC 2787 asks a master for its own address; keepalived knows of no master then',
  ),
  difference(`${vrrpMib}1\\.3\\.1\\.13\\.`, undefined, 'a time'),
  difference(
    `${vrrpMib}(1\\.3|2\\.4)\\.1\\.\\d+\\.\\d+\\.53$`,
    /./,
    'keepalived shows one row of these tables alone',
  ),
  difference(`${vrrpv3Mib}1\\.1\\.1\\.1\\.12\\.`, undefined, 'a time'),
];

/** Throws at the first object that is another, or is not there, without an excuse, and for an excuse without need. */
export function compare(
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
  excuses: readonly Difference[],
): void {
  const open = new Set(excuses);
  for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
    const [their, our] = [theirs.get(name), ours.get(name)];
    const excuse = excuses.find(({ objects }) => objects.test(name));
    if (excuse === undefined) assert.equal(our, their, name);
    else if (excuse.ours === undefined) open.delete(excuse);
    else {
      assert.match(our ?? 'nothing', excuse.ours, name);
      if (our !== their) open.delete(excuse);
    }
  }
  assert.deepEqual([...open], [], 'every difference that is excused is one');
}
