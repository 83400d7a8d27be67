/** Whether changes of a file are told at all: a server of files does not tell what its other clients write. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** statfs(2), linux/magic.h. */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9P'],
  [0x0bd00bd0, 'Lustre'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
  [0x47504653, 'GPFS'],
]);

/** The name of the remote file system that `path` lies on, or undefined when it is of this host. */
export function remoteFileSystem(
  path: string,
  typeOf: (directory: string) => number = (directory) => statfsSync(directory).type,
): string | undefined {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    try {
      return remote.get(typeOf(directory) >>> 0);
    } catch {
      // Not there yet: where it will be made is what counts.
      if (directory === dirname(directory)) return undefined;
    }
  }
}
