import type { MasterKey } from "../master-key.ts";
import type { DatabaseAddress } from "../postgres/database-address.ts";
import { openPostgresStore } from "../postgres/open-postgres-store.ts";
import { openSqliteStore } from "../sqlite/open-sqlite-store.ts";
import type { Store } from "../store.ts";

/** Where a test's store is: a data directory, or a database. */
export type PlaceOfStore = { readonly directory: string } | { readonly address: DatabaseAddress };

export function openPlace(place: PlaceOfStore, masterKey: MasterKey): Promise<Store> {
  return "directory" in place ? openSqliteStore({ ...place, masterKey }) : openPostgresStore({ ...place, masterKey });
}
