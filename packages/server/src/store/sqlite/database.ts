import { DatabaseSync } from "node:sqlite";

/** `synchronous`: what a commit waits for. FULL: stable storage. NORMAL: nothing; a power cut may take the last commits. */
export interface DatabaseSettings {
  readonly pageSize: number;
  readonly synchronous: "FULL" | "NORMAL";
  /** Overwrite what is deleted. */
  readonly secureDelete: boolean;
}

const SYNCHRONOUS = { NORMAL: 1, FULL: 2 } as const;

/**
 * Opens a database in WAL mode. Checkpoints are the caller's business: an automatic one would run inside a commit, before
 * the answer that waits for it.
 */
export function openDatabase(path: string, settings: DatabaseSettings): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA page_size = ${settings.pageSize};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${settings.synchronous};
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA fullfsync = 1;
    PRAGMA secure_delete = ${settings.secureDelete ? "ON" : "OFF"};
    PRAGMA cache_size = -8000;
    PRAGMA temp_store = MEMORY;
  `);
  // A build of SQLite may have defaults of its own: what was asked for must hold.
  const { synchronous } = database.prepare("PRAGMA synchronous").get() as { synchronous: number };
  if (synchronous !== SYNCHRONOUS[settings.synchronous]) {
    throw new Error(`SQLite did not accept synchronous=${settings.synchronous} for ${path}.`);
  }
  return database;
}
