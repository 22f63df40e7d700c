/** The database was written by a later version of Safeguard, or a migration failed. */
export class SchemaUnknown extends Error {
  override readonly name = "SchemaUnknown";
  readonly code = "schema_unknown";
}

/** The two databases are not of one store. */
export class StoreInconsistent extends Error {
  override readonly name = "StoreInconsistent";
  readonly code = "store_inconsistent";
}

/** The journal on disk was changed by something else, or its storage is failing. */
export class JournalDamaged extends Error {
  override readonly name = "JournalDamaged";
  readonly code = "journal_damaged";
}

/** There is no store in this place, and none was to be made. */
export class StoreMissing extends Error {
  override readonly name = "StoreMissing";
  readonly code = "store_missing";
}

/** Another process writes to this store. */
export class DatabaseLocked extends Error {
  override readonly name = "DatabaseLocked";
  readonly code = "database_locked";
}

/** The database cannot be reached, or is not fit to keep a journal; says what to do. */
export class DatabaseUnfit extends Error {
  override readonly name = "DatabaseUnfit";
  readonly code = "database_unfit";
}

/** The data directory cannot be written; says why and what to do. */
export class StoreUnwritable extends Error {
  override readonly name = "StoreUnwritable";
  readonly code = "store_unwritable";
}
