import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { KeyedHash } from "../keyed-hash.ts";
import { deriveKey, type MasterKey, MasterKeyError } from "../master-key.ts";
import { StoreMissing } from "../store-errors.ts";
import type { JournalSchema } from "./schema.ts";

/** What names a store: its master key's mark, and the epoch that is part of every record id. */
export interface IdentityQuestion {
  readonly db: Kysely<JournalSchema>;
  readonly masterKey: MasterKey;
  /** As it stands in messages: "the data folder …", "the database …". */
  readonly place: string;
  /** Make a store where there is none. */
  readonly create: boolean;
  /** Brings the journal's schema up to date. */
  migrate(): Promise<void>;
}

/**
 * Checks the master key before anything is changed, brings the schema up to date, and gives the store's epoch.
 * Throws StoreMissing, MasterKeyError, SchemaUnknown.
 */
export async function openIdentity({ db, masterKey, place, create, migrate }: IdentityQuestion): Promise<bigint> {
  const keyCheck = new KeyedHash(deriveKey(masterKey, "check")).hex("master key");
  const tables = await db.introspection.getTables();
  const before = tables.some(({ name }) => name === "identity")
    ? await db.selectFrom("identity").selectAll().executeTakeFirst()
    : undefined;
  if (before === undefined && !create) throw new StoreMissing(`There is no data in ${place}.`);
  if (before !== undefined && before.key_check !== keyCheck) {
    throw new MasterKeyError(
      "master_key_mismatch",
      `What is in ${place} was written under another master key. Configure that one: without it nothing here can be read.`,
    );
  }
  await migrate();
  if (before !== undefined) return BigInt(`0x${before.epoch}`);
  const epoch = randomBytes(8).toString("hex");
  await db.insertInto("identity").values({ key_check: keyCheck, epoch, created_at: Date.now() }).execute();
  return BigInt(`0x${epoch}`);
}
