import { connectStore } from "../connect-store.ts";
import { readDataPlace } from "../data-place.ts";
import { type DirectoryLock, lockDirectory } from "../directory-lock.ts";
import { makeDirectory } from "../make-directory.ts";
import type { SeenPlace } from "../restored.ts";
import { embeddedStoreIn } from "../sqlite/open-sqlite-store.ts";
import type { Store } from "../store.ts";
import { StoreInconsistent } from "../store-errors.ts";
import { readStoreMarker, type StoreMarker, writeStoreMarker } from "../store-marker.ts";
import { unwritable } from "../unwritable.ts";
import { openWorker } from "../worker-link.ts";
import type { PostgresOptions } from "./backend.ts";
import { addressText } from "./database-address.ts";

export interface PostgresStoreOptions extends Omit<PostgresOptions, "type" | "create" | "allowUnsafe"> {
  /** The data directory, which holds what goes with the store; locked, and made where it does not exist. Absent: none. */
  readonly directory?: string;
  /** Make a store where there is none. Default: true. */
  readonly create?: boolean;
  /** Use a database that may lose what it has acknowledged. Default: false. */
  readonly allowUnsafe?: boolean;
  /** Hears of errors in the background, and of the end of all writing. */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Opens the store in a PostgreSQL database, for this process alone. Throws DatabaseLocked, DatabaseUnfit, DirectoryLocked,
 * StoreMissing, StoreInconsistent, MasterKeyError, SchemaUnknown, JournalDamaged.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { directory, create = true, allowUnsafe = false, onFault = () => {}, ...given } = options;
  let lock: DirectoryLock | undefined;
  try {
    if (directory !== undefined) {
      makeDirectory(directory);
      lock = lockDirectory(directory);
    }
    if (directory !== undefined) refuseEmbedded(directory);
    const place = directory === undefined ? undefined : readDataPlace(directory);
    const seen = place === undefined ? {} : { seen: ofDatabase(place.seen) };
    const link = await openWorker({ ...given, ...seen, type: "postgres", create, allowUnsafe }, onFault);
    try {
      const store = link.opened.epoch.toString(16).padStart(16, "0");
      if (directory !== undefined) mark(directory, { kind: "postgresql", database: addressText(given.address), store });
      return connectStore(link, () => lock?.release(), place);
    } catch (error) {
      await link.close();
      throw error;
    }
  } catch (error) {
    lock?.release();
    throw directory === undefined ? error : unwritable(error, directory);
  }
}

/** Another data directory may have been used between: only how far the store had come by the last note says something. */
function ofDatabase({ noted, ...seen }: SeenPlace): SeenPlace {
  return { ...seen, noted: noted && { runs: [], sequence: noted.sequence } };
}

function refuseEmbedded(directory: string): void {
  if (!embeddedStoreIn(directory)) return;
  throw new StoreInconsistent(
    `The data folder ${directory} holds an embedded store, and DATABASE_URL names a database. Nothing is taken from one to the other: unset DATABASE_URL to go on with the embedded store, or name an empty data folder to begin anew.`,
  );
}

function mark(directory: string, marker: StoreMarker): void {
  const before = readStoreMarker(directory);
  if (before !== undefined && before.store !== marker.store) {
    throw new StoreInconsistent(
      `The data folder ${directory} belongs to another store (${before.database}) than the one in ${marker.database}. Correct DATABASE_URL, or name another data folder.`,
    );
  }
  if (before?.database !== marker.database) writeStoreMarker(directory, marker);
}
