/** What a rule is given: the model, where everything in it was written, and a way to say what is wrong. */
import { invariant } from '../../base/outcome.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { limits } from '../../config/limits.ts';
import type { Places } from '../../config/places.ts';
import { isUnread, placeOfNode, placeOfValue } from '../../config/places.ts';
import type { Span } from '../../config/source.ts';
import type { Model } from '../model.ts';
import type { RuleCode } from './codes.ts';
import { ruleCodes } from './codes.ts';

/** A place in the model: a block, one of its keywords, one entry of its lists. */
export interface Spot {
  readonly node: object;
  readonly key?: string;
  readonly index?: number;
}

export interface Breach {
  readonly code: RuleCode;
  readonly at: Spot | undefined;
  readonly message: string;
  readonly related?: readonly (Spot & { readonly label: string })[];
  readonly help?: string;
  /** The keyword that is missing: nothing is said when it was tried and that has been told already. */
  readonly absent?: string;
}

export interface RuleContext {
  readonly model: Model;
  readonly places: Places;
  readonly report: (breach: Breach) => void;
}

/** Appends to `diagnostics` whatever the rules report, up to the bound that holds for all of reading. */
export function ruleContext(model: Model, places: Places, diagnostics: Diagnostic[]): RuleContext {
  return {
    model,
    places,
    report: (breach) => {
      if (diagnostics.length >= limits.diagnostics) return;
      const { at, absent } = breach;
      if (at !== undefined && absent !== undefined && isUnread(places, at.node, absent)) return;
      const page = ruleCodes[breach.code];
      invariant(page !== undefined, `no page for ${breach.code}`);
      diagnostics.push({
        code: breach.code,
        severity: page.severity,
        message: breach.message,
        span: breach.at === undefined ? undefined : spanOf(places, breach.at),
        related: (breach.related ?? []).flatMap((spot) => {
          const span = spanOf(places, spot);
          return span === undefined ? [] : [{ span, label: spot.label }];
        }),
        cause: page.keepalived,
        help: breach.help ?? page.cure,
      });
    },
  };
}

/** The keyword where it is written, else the header of its block. */
export function spanOf(places: Places, spot: Spot): Span | undefined {
  const value =
    spot.key === undefined ? undefined : placeOfValue(places, spot.node, spot.key, spot.index);
  return value ?? placeOfNode(places, spot.node);
}
