import type { MasterKey } from "./master-key.ts";
import { addressText, type DatabaseAddress } from "./postgres/database-address.ts";
import { openPostgresStore } from "./postgres/open-postgres-store.ts";
import { embeddedStoreIn, openSqliteStore } from "./sqlite/open-sqlite-store.ts";
import type { Store } from "./store.ts";
import { StoreInconsistent } from "./store-errors.ts";
import { readStoreMarker } from "./store-marker.ts";

/** Where a store is: a database where one is named, else in the data directory. */
export interface StorePlace {
  readonly directory: string;
  readonly database: { readonly address: DatabaseAddress; readonly allowUnsafe: boolean } | undefined;
}

export interface StoreOpening extends StorePlace {
  readonly masterKey: MasterKey;
  /** Make a store where there is none. */
  readonly create: boolean;
  readonly onFault: (error: unknown) => void;
}

/** Opens the store, for this process alone. Throws what `openSqliteStore` and `openPostgresStore` throw. */
export async function openStore({ directory, database, ...options }: StoreOpening): Promise<Store> {
  if (database !== undefined) return openPostgresStore({ ...options, ...database, directory });
  const marker = readStoreMarker(directory);
  if (marker !== undefined) {
    throw new StoreInconsistent(
      `The data folder ${directory} belongs to a store in PostgreSQL (${marker.database}), and DATABASE_URL is not set. Set it; for an embedded store name another data folder.`,
    );
  }
  return openSqliteStore({ ...options, directory });
}

/** Has a store been opened from this data directory before? A database's own word is heard when it is opened. */
export function storeKnownIn(directory: string): boolean {
  return embeddedStoreIn(directory) || readStoreMarker(directory) !== undefined;
}

/** For people: which store it is. */
export function describeStorePlace({ directory, database }: StorePlace): string {
  if (database === undefined) return `embedded, in ${directory}`;
  const { address, allowUnsafe } = database;
  const tls = address.tls === "verify" ? "TLS" : "no TLS";
  return `PostgreSQL, ${addressText(address)} (${tls}${allowUnsafe ? "; NOT DURABLE: SAFEGUARD_DATABASE_UNSAFE is set" : ""})`;
}
