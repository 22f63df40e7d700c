import { setImmediate } from "node:timers/promises";

const SLICE = 100;

/** Maps many things, and lets others have their turn in between: no request is made to wait for all of them. */
export async function inSlices<T, R>(all: readonly T[], map: (item: T) => R): Promise<R[]> {
  const mapped: R[] = [];
  for (let start = 0; start < all.length; start += SLICE) {
    if (start > 0) await setImmediate();
    for (const item of all.slice(start, start + SLICE)) mapped.push(map(item));
  }
  return mapped;
}
