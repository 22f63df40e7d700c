import type { EpochMilliseconds } from "@safeguard/core";
import { randomId } from "./accounts/random-id.ts";
import type { Provider } from "./gateway/outbound/provider.ts";

export const SANDBOX_ID = "sandbox";

/** The sandbox as a provider among others: routes may name it. */
export function sandboxProvider(createdAt: EpochMilliseconds): Provider {
  return { id: SANDBOX_ID, kind: "sandbox", settings: {}, reportToken: randomId("rep_"), createdAt };
}
