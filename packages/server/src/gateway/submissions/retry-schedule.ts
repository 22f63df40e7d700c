import type { RefusalKind } from "../outbound/connector.ts";

/** From each refused try at one provider to the next: four tries in some two minutes. */
const DELAYS_MS: readonly number[] = [5_000, 20_000, 90_000];
/** However many providers a route names. */
const MOST_ATTEMPTS = 12;
/** Up to this share of a delay is added at random, so that what failed together does not come back together. */
const JITTER = 0.2;

/** Refusals that say nothing of the message: the same one may be taken later. */
const RETRYABLE: ReadonlySet<RefusalKind> = new Set(["throttled", "unavailable"]);

export function isRetryable(kind: RefusalKind): boolean {
  return RETRYABLE.has(kind);
}

/**
 * How long to wait before the same provider is tried again, after `tries` tries there and `attempts` attempts in all;
 * undefined: no more. `askedMs`: what the provider asked for at least. `random`: 0 to 1.
 */
export function retryDelayMs(
  tries: number,
  attempts: number,
  askedMs: number,
  random: () => number,
): number | undefined {
  const delay = DELAYS_MS[tries - 1];
  if (delay === undefined || attempts >= MOST_ATTEMPTS) return undefined;
  return Math.max(Math.round(delay * (1 + JITTER * random())), askedMs);
}

/** May the next provider of a route still be tried? */
export function mayTryNext(attempts: number): boolean {
  return attempts < MOST_ATTEMPTS;
}
