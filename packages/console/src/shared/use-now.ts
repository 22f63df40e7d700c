import { useSyncExternalStore } from "react";

/** How often what is written as “3 minutes ago” is written anew. */
const EVERY_MS = 5_000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

/** The time, a few seconds ago at the most: one clock for everything that is shown. Epoch milliseconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(tick, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** (while nobody listens there is no clock; of those that are shown together all must read the same) */
function current(): number {
  if (timer === undefined && Date.now() - now > EVERY_MS) now = Date.now();
  return now;
}
