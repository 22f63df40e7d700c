import type { Route } from "./provider-types.ts";

/** Destinations that go the same way. */
export interface RouteGroup {
  readonly destinations: readonly string[];
  /** In the order to be tried. */
  readonly providers: readonly string[];
}

export const EVERYWHERE = "*";

/** Routes by the way they go, in the order of their first destination; the one for all others last, and by itself. */
export function groupsOf(routes: readonly Route[]): readonly RouteGroup[] {
  const groups = new Map<string, { destinations: string[]; providers: readonly string[] }>();
  for (const { destination, providers } of routes) {
    const key = destination === EVERYWHERE ? EVERYWHERE : providers.join(" ");
    const group = groups.get(key) ?? { destinations: [], providers };
    group.destinations.push(destination);
    groups.set(key, group);
  }
  return [...groups.values()].sort((one, other) => Number(isForAll(one)) - Number(isForAll(other)));
}

/** The routes that groups stand for; of none and to none there is no route. */
export function routesOf(groups: readonly RouteGroup[]): readonly Route[] {
  return groups
    .toSorted((one, other) => Number(isForAll(one)) - Number(isForAll(other)))
    .flatMap(({ destinations, providers }) =>
      providers.length === 0 ? [] : destinations.map((destination) => ({ destination, providers })),
    );
}

export function isForAll({ destinations }: RouteGroup): boolean {
  return destinations.includes(EVERYWHERE);
}

/** The list with one entry a place further up (-1) or down (1). */
export function moved<T>(list: readonly T[], from: number, by: -1 | 1): readonly T[] {
  const entry = list[from];
  const other = list[from + by];
  return entry === undefined || other === undefined ? list : list.with(from, other).with(from + by, entry);
}
