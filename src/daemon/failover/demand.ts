/** What a model asks of the process that runs it. */
import { setFlagsFromString } from 'node:v8';
import { seconds } from '../../base/units.ts';
import type { FailoverModel } from '../../engine/model.ts';

const manyInstances = 32;
const patientInterval = seconds(1);

/** The optimising compilers cost megabytes, and pay for them where there is much to do. */
export function optimiseFor({ instances, bfd = [] }: FailoverModel): void {
  if (instances.length + bfd.length < manyInstances) return;
  setFlagsFromString('--maglev');
  setFlagsFromString('--opt');
}

/** Nobody minds a pause of some milliseconds: neither who waits for advertisements, nor the neighbours of BFD sessions. */
export function isPatient({ instances, bfd = [] }: FailoverModel): boolean {
  return (
    instances.every(({ advertInterval }) => advertInterval >= patientInterval) &&
    bfd.every(({ minTransmit }) => minTransmit >= patientInterval)
  );
}
