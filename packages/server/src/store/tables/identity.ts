import { randomBytes } from "node:crypto";
import type { EpochMilliseconds } from "@safeguard/core";
import type { Kysely } from "kysely";
import { KeyedHash } from "../keyed-hash.ts";
import { deriveKey, type MasterKey, MasterKeyError } from "../master-key.ts";
import type { LaterEpoch } from "../record-ids.ts";
import { type Restored, restoredBy, type SeenPlace } from "../restored.ts";
import { makeRootKey, openRootKey, sealRootKey } from "../root-key.ts";
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
  /** Absent: nothing is known of where it stands, and it is never taken for a copy. */
  readonly seen: SeenPlace | undefined;
  /** Brings the schema up to date, or throws SchemaUnknown and has changed nothing. */
  migrate(): Promise<void>;
}

export interface Identity {
  /** Of the first records, and the store's name for ever. */
  readonly epoch: bigint;
  readonly laterEpochs: readonly LaterEpoch[];
  /** Undefined: what waits may be sent. */
  readonly restored: Restored | undefined;
  /** From which every other key is derived. */
  readonly rootKey: MasterKey;
}

/**
 * Checks the master key before anything is changed, brings the schema up to date, and notes that the store is open in this
 * place. A store that was put back or copied begins a new epoch: ids that were given out since are not given out again.
 * Throws StoreMissing, MasterKeyError, SchemaUnknown.
 */
export async function openIdentity(question: IdentityQuestion): Promise<Identity> {
  const { db, masterKey, place, create, migrate } = question;
  const table = (await db.introspection.getTables()).find(({ name }) => name === "identity");
  // (a store of a version before has no such column yet)
  const hasRootKey = table?.columns.some(({ name }) => name === "root_key") === true;
  const before =
    table === undefined
      ? undefined
      : await db
          .selectFrom("identity")
          .select(["key_check", "epoch"])
          .$if(hasRootKey, (query) => query.select("root_key"))
          .executeTakeFirst();
  if (before === undefined && !create) throw new StoreMissing(`There is no data in ${place}.`);
  const sealed = before?.root_key ?? undefined;
  const opened = sealed === undefined ? undefined : openRootKey(sealed, masterKey, before?.epoch ?? "");
  if (sealed !== undefined && opened === undefined) {
    throw mismatch(
      `What is in ${place} is locked by another master key: one that was made for it, or has replaced this one.`,
    );
  }
  const rootKey = opened ?? (before === undefined ? makeRootKey() : masterKey);
  const keyCheck = new KeyedHash(deriveKey(rootKey, "check")).hex("master key");
  if (before !== undefined && before.key_check !== keyCheck) {
    throw mismatch(`What is in ${place} was written under another master key.`);
  }
  await migrate();
  if (before === undefined) {
    const epoch = randomBytes(8).toString("hex");
    const root = sealRootKey(rootKey, masterKey, epoch);
    await db
      .insertInto("identity")
      .values({ key_check: keyCheck, epoch, created_at: Date.now(), root_key: root })
      .execute();
  }
  const noted = await db.transaction().execute((transaction) => noteOpening(transaction, question.seen));
  return { ...noted, rootKey };
}

function mismatch(sentence: string): MasterKeyError {
  const text = `${sentence} Configure that one: without it nothing here can be read.`;
  return new MasterKeyError("master_key_mismatch", text);
}

/** From when it returns only the next master key opens the store, and no other. */
export async function replaceMasterKey(db: Kysely<JournalSchema>, rootKey: MasterKey, next: MasterKey): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { epoch } = await transaction.selectFrom("identity").select("epoch").executeTakeFirstOrThrow();
    const root = sealRootKey(rootKey, next, epoch);
    await transaction.updateTable("identity").set({ root_key: root }).execute();
    // What cannot be opened must never be left behind.
    const { root_key: kept } = await transaction.selectFrom("identity").select("root_key").executeTakeFirstOrThrow();
    const opened = openRootKey(kept ?? "", next, epoch);
    if (opened === undefined || !Buffer.from(opened).equals(rootKey))
      throw new Error("the root key was not sealed as it is");
  });
}

async function noteOpening(db: Kysely<JournalSchema>, seen: SeenPlace | undefined): Promise<Omit<Identity, "rootKey">> {
  const identity = await db.selectFrom("identity").selectAll().executeTakeFirstOrThrow();
  let restored = identity.restored === null ? undefined : (JSON.parse(identity.restored) as Restored);
  if (seen !== undefined) {
    const { last } = await db
      .selectFrom("journal")
      .select((of) => of.fn.max("last_sequence").as("last"))
      .executeTakeFirstOrThrow();
    // (null where there is none)
    const upTo = Number(last ?? 0);
    const by = restoredBy({ place: identity.place, run: identity.run, lastSequence: upTo }, seen);
    if (by !== undefined) {
      restored = { by, at: Date.now() as EpochMilliseconds, upTo };
      const epoch = randomBytes(8).toString("hex");
      await db
        .insertInto("epochs")
        .values({ first_sequence: upTo + 1, epoch })
        .onConflict((conflict) => conflict.column("first_sequence").doUpdateSet({ epoch }))
        .execute();
    }
    const { place, run } = seen;
    const kept = restored === undefined ? null : JSON.stringify(restored);
    await db.updateTable("identity").set({ place, run, restored: kept }).execute();
  }
  const epochs = await db.selectFrom("epochs").selectAll().orderBy("first_sequence").execute();
  return {
    epoch: BigInt(`0x${identity.epoch}`),
    laterEpochs: epochs.map(({ first_sequence, epoch }) => ({
      first: Number(first_sequence),
      epoch: BigInt(`0x${epoch}`),
    })),
    restored,
  };
}

/** What waited may be sent from now on. */
export async function forgetRestored(db: Kysely<JournalSchema>): Promise<void> {
  await db.updateTable("identity").set({ restored: null }).execute();
}
