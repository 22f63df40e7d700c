import { setImmediate } from "node:timers/promises";

/** Maps many things, and lets others have their turn after so many: no request is made to wait for all of them. */
export async function inSlices<T, R>(all: readonly T[], map: (item: T) => R, slice = 100): Promise<R[]> {
  const mapped: R[] = [];
  for (let start = 0; start < all.length; start += slice) {
    if (start > 0) await setImmediate();
    for (const item of all.slice(start, start + slice)) mapped.push(map(item));
  }
  return mapped;
}
