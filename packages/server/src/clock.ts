import type { EpochMilliseconds } from "@safeguard/core";

/**
 * The wall clock, never going back while the process runs: were it set back, a policy that was just saved would not be in
 * force until it had caught up.
 */
export function createClock(wall: () => number = Date.now): () => EpochMilliseconds {
  let latest = Number.NEGATIVE_INFINITY;
  return () => {
    latest = Math.max(latest, wall());
    return latest as EpochMilliseconds;
  };
}
