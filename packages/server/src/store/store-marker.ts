import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `store.json`: left in a data folder whose store is in a database elsewhere, so that no start without the database's
 * address makes an empty store there, and none with another's mixes two.
 */
export interface StoreMarker {
  readonly kind: "postgresql";
  /** For people. */
  readonly database: string;
  /** What names the store, wherever the database has moved to. */
  readonly store: string;
}

const NAME = "store.json";

/** Undefined: there is none. */
export function readStoreMarker(directory: string): StoreMarker | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, NAME), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text) as StoreMarker;
}

export function writeStoreMarker(directory: string, marker: StoreMarker): void {
  const path = join(directory, NAME);
  writeFileSync(`${path}.next`, `${JSON.stringify(marker)}\n`, { mode: 0o600 });
  renameSync(`${path}.next`, path);
}
