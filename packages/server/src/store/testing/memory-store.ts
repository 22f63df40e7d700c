import type { MasterKey } from "../master-key.ts";
import { openSqliteStore } from "../sqlite/open-sqlite-store.ts";
import type { Store } from "../store.ts";

/** For tests of other parts: a whole store that starts in milliseconds, and keeps nothing when it is closed. */
export function openMemoryStore(masterKey: MasterKey = new Uint8Array(32) as MasterKey): Promise<Store> {
  return openSqliteStore({ directory: ":memory:", masterKey });
}
