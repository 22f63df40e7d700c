import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BackendLink } from "../backend-call.ts";
import { openHere } from "../backend-call.ts";
import { connectStore } from "../connect-store.ts";
import { readDataPlace } from "../data-place.ts";
import { type DirectoryLock, lockDirectory } from "../directory-lock.ts";
import { makeDirectory } from "../make-directory.ts";
import type { MasterKey } from "../master-key.ts";
import type { Store } from "../store.ts";
import { StoreMissing } from "../store-errors.ts";
import { unwritable } from "../unwritable.ts";
import { openWorker } from "../worker-link.ts";

export interface SqliteStoreOptions {
  /** Made (mode 0700) where it does not exist; `:memory:`: nothing is kept, and no thread is started. */
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** Make a store where there is none. Default: true. */
  readonly create?: boolean;
  /** Hears of errors in the background: the tables could not follow the journal. Reads then reject until they can. */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Opens the store in a data directory, for this process alone, and brings its tables up with its journal.
 * Throws DirectoryLocked, StoreUnwritable, StoreMissing, MasterKeyError, SchemaUnknown, StoreInconsistent, JournalDamaged.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { directory, masterKey, create = true } = options;
  const onFault = options.onFault ?? (() => {});
  if (directory === ":memory:") {
    // Loaded only where it runs in this thread: it brings the query builder with it.
    const { SqliteBackend } = await import("./backend.ts");
    const backend = await SqliteBackend.open({ type: "sqlite", directory, masterKey, create }, onFault);
    return connectStore(openHere(backend), () => {});
  }
  if (!create && !embeddedStoreIn(directory)) throw new StoreMissing(`There is no data in ${directory}.`);
  let lock: DirectoryLock | undefined;
  try {
    makeDirectory(directory);
    lock = lockDirectory(directory);
    const place = readDataPlace(directory);
    const { seen } = place;
    const link: BackendLink = await openWorker({ type: "sqlite", directory, masterKey, create, seen }, onFault);
    return connectStore(link, () => lock?.release(), place);
  } catch (error) {
    lock?.release();
    throw unwritable(error, directory);
  }
}

/** Is there an embedded store in this data directory? */
export function embeddedStoreIn(directory: string): boolean {
  return existsSync(join(directory, "journal.db"));
}
