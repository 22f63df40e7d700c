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
