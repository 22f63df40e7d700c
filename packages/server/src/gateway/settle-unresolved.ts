import type { EpochMilliseconds } from "@safeguard/core";
import type { Store } from "../store/store.ts";

const AT_ONCE = 10_000;

/**
 * At start: a submission that began and has no end was cut off, and nobody knows whether the provider took it. It is in
 * doubt, and not sent again. Returns how many.
 */
export async function settleUnresolved(store: Store, at: EpochMilliseconds): Promise<number> {
  let settled = 0;
  for (;;) {
    const unresolved = await store.messages.unresolved(AT_ONCE);
    if (unresolved.length === 0) return settled;
    await store.journal.append(
      unresolved.map(({ id, provider, attempt }) => ({
        type: "submission_ended",
        message: id,
        at,
        provider,
        attempt,
        outcome: {
          type: "in_doubt",
          cause: "restart",
          text: "Safeguard was stopped before the provider had answered.",
        },
      })),
    );
    settled += unresolved.length;
  }
}
