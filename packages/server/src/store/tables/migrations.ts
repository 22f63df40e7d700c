import { type Kysely, type RawBuilder, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import { failpoint } from "../../config/failpoint.ts";
import { SchemaUnknown } from "../store-errors.ts";

/** Migrations by name, in order. A published one is never changed: a change is a further one. */
export type MigrationList = Readonly<Record<string, Migration>>;

/** What the types of columns are called in a database. */
export interface ColumnWords {
  /** Holds 2^53 in either, whatever the word says. */
  readonly integer: ColumnWord;
  readonly bigint: ColumnWord;
  /** Ordered by code points. */
  readonly text: ColumnWord;
  readonly blob: ColumnWord;
}

type ColumnWord = "integer" | "bigint" | "text" | "blob" | "bytea" | RawBuilder<string>;

type ListedMigrations = Readonly<Record<string, { up(db: Kysely<unknown>, words: ColumnWords): Promise<void> }>>;

const JOURNAL_MIGRATIONS: ListedMigrations = {
  "0001-journal": {
    async up(db: Kysely<unknown>, { integer, bigint, text, blob }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("journal")
        .addColumn("first_sequence", integer, (column) => column.primaryKey())
        .addColumn("last_sequence", integer, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("swept", bigint, (column) => column.notNull())
        .addColumn("payload", blob, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("journal_sweep").on("journal").columns(["swept", "at"]).execute();
      await db.schema
        .createTable("identity")
        .addColumn("key_check", text, (column) => column.notNull())
        .addColumn("epoch", text, (column) => column.notNull())
        .addColumn("created_at", bigint, (column) => column.notNull())
        .execute();
    },
  },
  "0002-place": {
    async up(db: Kysely<unknown>, { integer, text }: ColumnWords): Promise<void> {
      for (const name of ["place", "run", "restored"])
        await db.schema.alterTable("identity").addColumn(name, text).execute();
      await db.schema
        .createTable("epochs")
        .addColumn("first_sequence", integer, (column) => column.primaryKey())
        .addColumn("epoch", text, (column) => column.notNull())
        .execute();
    },
  },
  "0003-waiting-contents": {
    async up(db: Kysely<unknown>, { integer, blob }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("waiting_contents")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("content", blob, (column) => column.notNull())
        .execute();
    },
  },
  "0004-root-key": {
    async up(db: Kysely<unknown>, { text }: ColumnWords): Promise<void> {
      await db.schema.alterTable("identity").addColumn("root_key", text).execute();
    },
  },
};

const TABLE_MIGRATIONS: ListedMigrations = {
  "0001-tables": {
    async up(db: Kysely<unknown>, { integer, bigint, text, blob }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("projection")
        .addColumn("projected_sequence", integer, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("documents")
        .addColumn("kind", text, (column) => column.notNull())
        .addColumn("id", text, (column) => column.notNull())
        .addColumn("sequence", integer, (column) => column.notNull())
        .addColumn("document", blob, (column) => column.notNull())
        .addPrimaryKeyConstraint("documents_key", ["kind", "id"])
        .execute();
      await db.schema
        .createTable("messages")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("updated_at", bigint, (column) => column.notNull())
        .addColumn("destination", text, (column) => column.notNull())
        .addColumn("number_hash", bigint, (column) => column.notNull())
        .addColumn("originator_hash", bigint, (column) => column.notNull())
        .addColumn("reference_hash", bigint)
        .addColumn("segments", integer, (column) => column.notNull())
        .addColumn("price_micros", bigint)
        .addColumn("currency", text)
        .addColumn("status", text, (column) => column.notNull())
        .addColumn("decision", text, (column) => column.notNull())
        .addColumn("submission", text)
        .addColumn("attempt", integer)
        .addColumn("provider", text)
        .addColumn("provider_id", text)
        .addColumn("report", text)
        .addColumn("report_at", bigint)
        .addColumn("reported_at", bigint)
        .addColumn("faults", blob)
        .execute();
      await db.schema.createIndex("messages_by_time").on("messages").columns(["account", "at", "sequence"]).execute();
      await db.schema.createIndex("messages_by_number").on("messages").column("number_hash").execute();
      await db.schema
        .createIndex("messages_by_provider_id")
        .on("messages")
        .columns(["provider_id", "provider"])
        .where("provider_id", "is not", null)
        .execute();
      await db.schema
        .createIndex("messages_unresolved")
        .on("messages")
        .column("sequence")
        .where(sql.ref("submission"), "=", sql.lit("submitting"))
        .execute();
      await db.schema
        .createTable("usage_days")
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("day", text, (column) => column.notNull())
        .addColumn("destination", text, (column) => column.notNull())
        .addColumn("decided", integer, (column) => column.notNull())
        .addColumn("blocked", integer, (column) => column.notNull())
        .addColumn("billable", integer, (column) => column.notNull())
        .addColumn("billable_segments", integer, (column) => column.notNull())
        .addColumn("delivered", integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("usage_days_key", ["account", "day", "destination"])
        .execute();
      await db.schema
        .createTable("usage_spend")
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("day", text, (column) => column.notNull())
        .addColumn("destination", text, (column) => column.notNull())
        .addColumn("currency", text, (column) => column.notNull())
        .addColumn("micros", bigint, (column) => column.notNull())
        .addPrimaryKeyConstraint("usage_spend_key", ["account", "day", "destination", "currency"])
        .execute();
      await db.schema
        .createTable("notices")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("attempts", integer, (column) => column.notNull())
        .addColumn("next_at", bigint, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("notices_due").on("notices").columns(["next_at", "sequence"]).execute();
      await db.schema
        .createTable("requests")
        .addColumn("key_hash", text, (column) => column.primaryKey())
        .addColumn("sequence", integer, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("requests_by_time").on("requests").column("at").execute();
    },
  },
  "0002-stopped-after-refusal": {
    async up(db: Kysely<unknown>, { integer }: ColumnWords): Promise<void> {
      await db.schema.alterTable("messages").addColumn("stopped_sequence", integer).execute();
    },
  },
  "0003-feedback": {
    async up(db: Kysely<unknown>, { integer, bigint, text, blob }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("outcomes")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("kinds", integer, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("decisions")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("number_hash", bigint, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("allowed", integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("decisions_by_number").on("decisions").column("number_hash").execute();
      await db.schema
        .createTable("decision_accounts")
        .addColumn("account", text, (column) => column.primaryKey())
        .execute();
      await db.schema
        .createTable("verified_numbers")
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("number_hash", text, (column) => column.notNull())
        .addColumn("number", blob, (column) => column.notNull())
        .addColumn("destination", text, (column) => column.notNull())
        .addColumn("first_day", integer, (column) => column.notNull())
        .addColumn("last_day", integer, (column) => column.notNull())
        .addColumn("banned", integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("verified_numbers_key", ["account", "number_hash"])
        .execute();
      await db.schema.createIndex("verified_numbers_by_day").on("verified_numbers").column("last_day").execute();
    },
  },
  "0004-incidents": {
    async up(db: Kysely<unknown>, { integer, bigint, text, blob }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("incidents")
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("number", integer, (column) => column.notNull())
        .addColumn("state", text, (column) => column.notNull())
        .addColumn("opened_at", bigint, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("document", blob, (column) => column.notNull())
        .addPrimaryKeyConstraint("incidents_key", ["account", "number"])
        .execute();
      await db.schema
        .createTable("alerts")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("resolved_at", bigint)
        .addColumn("document", blob, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("alerts_by_account").on("alerts").columns(["account", "sequence"]).execute();
      await db.schema
        .createIndex("alerts_open")
        .on("alerts")
        .columns(["resolved_at", "sequence"])
        .where("resolved_at", "is", null)
        .execute();
    },
  },
  "0005-deliveries": {
    async up(db: Kysely<unknown>, { integer, bigint, text }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("deliveries")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("receiver_hash", bigint, (column) => column.notNull())
        .addColumn("state", text, (column) => column.notNull())
        .addColumn("attempts", integer, (column) => column.notNull())
        .addColumn("updated_at", bigint, (column) => column.notNull())
        .addColumn("next_at", bigint)
        .addColumn("status", integer)
        .addColumn("error", text)
        .execute();
      await db.schema.createIndex("deliveries_by_account").on("deliveries").columns(["account", "sequence"]).execute();
    },
  },
  "0006-audit": {
    async up(db: Kysely<unknown>, { integer, bigint, text, blob }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("audit")
        .addColumn("number", integer, (column) => column.primaryKey())
        .addColumn("sequence", integer, (column) => column.notNull())
        .addColumn("account", text)
        .addColumn("at", bigint, (column) => column.notNull())
        .addColumn("document", blob, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("audit_by_account").on("audit").columns(["account", "number"]).execute();
    },
  },
  "0007-waiting": {
    async up(db: Kysely<unknown>, { integer, bigint, text }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("waiting")
        .addColumn("sequence", integer, (column) => column.primaryKey())
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("provider", text, (column) => column.notNull())
        .addColumn("state", text, (column) => column.notNull())
        .addColumn("due_at", bigint, (column) => column.notNull())
        .addColumn("expires_at", bigint, (column) => column.notNull())
        .addColumn("attempts", integer, (column) => column.notNull())
        .addColumn("tries", integer, (column) => column.notNull())
        .addColumn("send_at", bigint)
        .addColumn("held_since", bigint)
        .addColumn("uncounted", integer, (column) => column.notNull())
        .addColumn("in_doubt", integer, (column) => column.notNull())
        .addColumn("removed_channels", text)
        .execute();
      await db.schema
        .createIndex("waiting_due")
        .on("waiting")
        .columns(["provider", "account", "due_at", "sequence"])
        .execute();
      await db.schema.createIndex("waiting_expiry").on("waiting").columns(["expires_at", "sequence"]).execute();
    },
  },
  "0008-verified-days": {
    async up(db: Kysely<unknown>, { integer, text }: ColumnWords): Promise<void> {
      await db.schema
        .createTable("verified_days")
        .addColumn("account", text, (column) => column.notNull())
        .addColumn("day", text, (column) => column.notNull())
        .addColumn("destination", text, (column) => column.notNull())
        .addColumn("verified", integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("verified_days_key", ["account", "day", "destination"])
        .execute();
    },
  },
  "0009-delivery-tries": {
    async up(db: Kysely<unknown>, { text }: ColumnWords): Promise<void> {
      await db.schema.alterTable("deliveries").addColumn("tries", text).execute();
    },
  },
};

export type SchemaPart = "journal" | "tables";

/** All migrations of one part, in the words of one database. */
export function migrationsOf(part: SchemaPart, words: ColumnWords): MigrationList {
  const listed = part === "journal" ? JOURNAL_MIGRATIONS : TABLE_MIGRATIONS;
  return Object.fromEntries(
    Object.entries(listed).map(([name, { up }]) => [
      name,
      {
        up: async (db: Kysely<unknown>) => {
          await up(db, words);
          failpoint("after-migration");
        },
      },
    ]),
  );
}

const DEFAULT_TABLE = "kysely_migration";

/**
 * Throws SchemaUnknown where the schema has something that this version does not know, and has changed nothing. `place`: as
 * it stands in messages. `table`: where Kysely notes what was done, where two parts share a database.
 */
export async function refuseLater(
  db: Kysely<never>,
  migrations: MigrationList,
  place: string,
  table: string = DEFAULT_TABLE,
): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === table)) return;
  const { rows } = await sql<{ name: string }>`SELECT name FROM ${sql.table(table)} ORDER BY name`.execute(db);
  const unknown = rows.filter(({ name }) => !Object.hasOwn(migrations, name)).map(({ name }) => name);
  if (unknown.length === 0) return;
  throw new SchemaUnknown(
    `What is in ${place} was written by a later version of Safeguard: this one does not know ${unknown.join(", ")}. Run that version or a later one again, or restore a backup that was made before the upgrade into an empty data folder. Nothing was changed.`,
  );
}

/**
 * Brings a database to the newest schema; a fresh one passes through the same steps. All of them are one transaction: what
 * breaks off has changed nothing.
 */
export async function migrate(
  db: Kysely<never>,
  migrations: MigrationList,
  place: string,
  table: string = DEFAULT_TABLE,
): Promise<void> {
  const provider: MigrationProvider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const names = { migrationTableName: table, migrationLockTableName: `${table}_lock` };
  const { error, results } = await new Migrator({ db, provider, ...names }).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === "Error")?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  throw new SchemaUnknown(
    `What is in ${place} cannot be brought to this version's schema${failed === undefined ? "" : ` (${failed})`}: ${reason}. Nothing was changed; the version that wrote it can go on.`,
    { cause: error },
  );
}
