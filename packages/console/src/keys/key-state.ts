import type { Key } from "@safeguard/client";

export const KEY_STATES = ["good", "suspended", "expired", "revoked"] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** What becomes of a request with this key now: only a good one is let in. */
export function stateOfKey(
  { revokedAt, suspendedAt, expiresAt }: Pick<Key, "revokedAt" | "suspendedAt" | "expiresAt">,
  now: number,
): KeyState {
  if (revokedAt !== null) return "revoked";
  if (suspendedAt !== null) return "suspended";
  return expiresAt !== null && Date.parse(expiresAt) <= now ? "expired" : "good";
}
