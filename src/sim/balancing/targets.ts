/** The servers behind the services, as far as checks see them: whether they answer, and what weight they say. */
import type { Random } from '../../base/random.ts';
import { type Duration, milliseconds } from '../../base/units.ts';
import type { ServerCheck } from '../../engine/balancer/model.ts';
import type { CheckOutcome, CheckRequest, CheckTarget } from '../../health/check.ts';
import type { Truth } from './oracle.ts';

export interface Targets {
  truth(check: Pick<ServerCheck, 'target'>): Truth;
  /** One of them answers otherwise from now on. */
  change(): void;
  /** How long this check will take, and what will come of it, judged when it is over. */
  ask(request: CheckRequest): { readonly took: Duration; answer(): CheckOutcome };
}

export function createTargets(random: Random): Targets {
  const truths = new Map<string, Truth>();
  const at = ({ address, port }: CheckTarget): Truth => {
    const place = `${address}:${port}`;
    const known = truths.get(place);
    if (known !== undefined) return known;
    const drawn: Truth = { up: random.chance(0.8), weight: random.within(0, 9) };
    truths.set(place, drawn);
    return drawn;
  };
  return {
    truth: ({ target }) => at(target),
    change() {
      const place = random.pick([...truths.keys(), '10.0.0.1:8000']);
      truths.set(place, { up: random.chance(0.5), weight: random.within(0, 9) });
    },
    ask({ checker, sequence, settings, target }) {
      const isSilent = !at(target).up && random.chance(0.5);
      const took = isSilent ? target.timeout : milliseconds(random.within(1, 30));
      return {
        took,
        answer() {
          const { up, weight } = at(target);
          const passed = up && !isSilent;
          const said = settings.kind === 'misc' && passed ? weight : undefined;
          return { checker, sequence, passed, weight: said, detail: '', took };
        },
      };
    },
  };
}
