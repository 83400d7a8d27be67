/** Says what is wrong between files: each place is looked up in the file that it belongs to. */
import { invariant } from '../../base/outcome.ts';
import type { CodePage } from '../../config/codes.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import type { Source, SourceId, Span } from '../../config/source.ts';
import { clusterCodes } from '../codes/cluster.ts';
import type { Configuration } from '../load.ts';
import { type Spot, spanOf } from '../rules/context.ts';

export type ClusterCode = keyof typeof clusterCodes;

/** A place in the file of one node, by its number. */
export interface ClusterSpot extends Spot {
  readonly of: number;
}

export interface ClusterBreach {
  readonly code: ClusterCode;
  readonly at: ClusterSpot;
  readonly message: string;
  readonly related?: readonly (ClusterSpot & { readonly label: string })[];
  readonly help?: string;
}

export type ClusterReport = (breach: ClusterBreach) => void;

export interface Reporter {
  readonly report: ClusterReport;
  readonly diagnostics: readonly Diagnostic[];
  /** Of all files, one after the other, as the diagnostics count them. */
  readonly sources: readonly Source[];
}

export function reporterOf(configurations: readonly Configuration[]): Reporter {
  const diagnostics: Diagnostic[] = [];
  const sources: Source[] = [];
  const offsets = configurations.map((configuration) => {
    const offset = sources.length;
    for (const source of configuration.sources) {
      sources.push({ ...source, id: (offset + source.id) as SourceId });
    }
    return offset;
  });
  const place = ({ of, ...spot }: ClusterSpot): Span | undefined => {
    const configuration = configurations[of];
    invariant(configuration !== undefined, `there is a node ${of}`);
    const span = spanOf(configuration.places, spot);
    if (span === undefined) return undefined;
    return { ...span, source: ((offsets[of] ?? 0) + span.source) as SourceId };
  };
  const report: ClusterReport = ({ code, at, message, related = [], help }) => {
    const page: CodePage = clusterCodes[code];
    diagnostics.push({
      code,
      severity: page.severity,
      message,
      span: place(at),
      related: related.flatMap((spot) => {
        const span = place(spot);
        return span === undefined ? [] : [{ span, label: spot.label }];
      }),
      cause: page.keepalived,
      help: help ?? page.cure,
    });
  };
  return { report, diagnostics, sources };
}
