/** `LoadRecord`, loaded when a configuration wants it. */
import type { DaemonPlan } from '../daemon/reading/plan.ts';
import type { LoadRecord, LoadRecordOptions } from './load-record.ts';

export interface LateRecord {
  begins(): Promise<void>;
  adopted(plan: DaemonPlan): void;
  refused(text: string): void;
}

export function lateRecord(options: LoadRecordOptions): LateRecord {
  let record: Promise<LoadRecord> | undefined;
  let loads = 0;
  return {
    begins: async () => (await record)?.begin(),
    refused: (text) => void record?.then((it) => it.refused(text)),
    adopted(plan) {
      loads += 1;
      if (record === undefined && !wantsRecord(plan)) return;
      const before = loads - 1;
      record ??= import('./load-record.ts').then(({ LoadRecord: Loaded }) => {
        return new Loaded(options, before);
      });
      void record.then((it) => it.adopted(plan));
    },
  };
}

function wantsRecord({ doors }: DaemonPlan): boolean {
  return doors.saveDirectory !== undefined || (doors.refusalFile ?? '') !== '';
}
