/** What must be watched of the kernel for the sake of a model. */
import type { Watch } from '../ports.ts';
import type { Entry, FailoverModel } from './model.ts';

export const NOTHING_WATCHED: Watch = { routes: [], rules: false };

export function watchOf({ instances, staticEntries }: FailoverModel): Watch {
  const entries: readonly Entry[] = [
    ...staticEntries,
    ...instances.flatMap((instance) => instance.entries),
  ];
  const routes = new Map<string, Watch['routes'][number]>();
  for (const entry of entries) {
    if (entry.kind !== 'route') continue;
    const { family, protocol } = entry.route;
    routes.set(`${family} ${protocol}`, { family, protocol });
  }
  const rules = entries.some(({ kind }) => kind === 'rule');
  return { routes: [...routes.values()], rules };
}

/** Whether one watches all that the other does. */
export function sameWatch(one: Watch, other: Watch): boolean {
  return (
    one.rules === other.rules &&
    one.routes.length === other.routes.length &&
    one.routes.every((route) =>
      other.routes.some(
        ({ family, protocol }) => family === route.family && protocol === route.protocol,
      ),
    )
  );
}
