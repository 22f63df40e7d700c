import type { Store } from "../store/store.ts";
import { type ErasingParts, forgetInMemory } from "./erase-number.ts";
import type { PendingErasure } from "./pending-erasure.ts";

/**
 * Finishes what a stop has cut off, before the journal is replayed: in the store, and in what the snapshot brought back.
 * Who calls it says so when changes can be made again (`Erasing.finish`).
 */
export async function resumeErasure(
  erasure: PendingErasure,
  store: Pick<Store, "eraseNumber" | "accounts">,
  memory: Pick<ErasingParts, "engine" | "holds" | "heldDecisions">,
): Promise<void> {
  await store.eraseNumber(erasure);
  const accounts = await store.accounts.all();
  forgetInMemory({ ...memory, accounts: () => accounts }, erasure);
}
