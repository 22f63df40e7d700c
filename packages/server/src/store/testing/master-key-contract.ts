import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSeal } from "../create-seal.ts";
import { KeyedHash } from "../keyed-hash.ts";
import { deriveKey, type MasterKey } from "../master-key.ts";
import type { Store } from "../store.ts";
import { ACME, messageDecided } from "./sample-records.ts";

/** A store that is opened with whatever master key, and looked at from outside while it is closed. */
export interface LockedStore {
  open(masterKey: MasterKey): Promise<Store>;
  /** The one row of `identity`. */
  identity(): Promise<{ readonly epoch: string; readonly root_key: string | null }>;
  /** Sets columns of it. */
  change(values: Readonly<Record<string, string | null>>): Promise<void>;
  dispose(): void;
}

const key = (byte: number): MasterKey => new Uint8Array(32).fill(byte) as MasterKey;
const [FIRST, SECOND, THIRD] = [key(1), key(2), key(3)];

/** The promises on master keys, for whatever keeps the store. */
export function describeMasterKey(name: string, create: () => LockedStore): void {
  describe(`The master key of a store: ${name}`, () => {
    let place: LockedStore;
    beforeEach(() => {
      place = create();
    });
    afterEach(() => place.dispose());

    const write = async (masterKey: MasterKey) => {
      const store = await place.open(masterKey);
      const id = store.journal.upcomingId();
      await store.journal.append([messageDecided(id)]);
      const sealed = createSeal(store.rootKey).seal("a provider's token", "test");
      await store.close();
      return { id, sealed };
    };
    const replace = async (from: MasterKey, to: MasterKey): Promise<void> => {
      const store = await place.open(from);
      await store.replaceMasterKey(to);
      await store.close();
    };
    const expectAll = async (masterKey: MasterKey, { id, sealed }: Awaited<ReturnType<typeof write>>) => {
      const store = await place.open(masterKey);
      try {
        expect(await store.messages.find(ACME, id)).toMatchObject({ id });
        expect(createSeal(store.rootKey).open(sealed, "test")).toBe("a provider's token");
      } finally {
        await store.close();
      }
    };
    const expectNothing = async (masterKey: MasterKey) => {
      const before = await place.identity();
      await expect(place.open(masterKey)).rejects.toMatchObject({
        name: "MasterKeyError",
        code: "master_key_mismatch",
      });
      expect(await place.identity()).toEqual(before);
    };

    test("is not the key that things are enciphered under: that is made with the store, and sealed in it", async () => {
      const store = await place.open(FIRST);
      const root = Buffer.from(store.rootKey);
      await store.close();
      expect(root.equals(FIRST)).toBe(false);
      const { root_key: kept } = await place.identity();
      expect(kept).toMatch(/^[A-Za-z0-9+/]{80}$/);
      expect(Buffer.from(kept ?? "", "base64").includes(root)).toBe(false);
      const again = await place.open(FIRST);
      expect(Buffer.from(again.rootKey).equals(root)).toBe(true);
      await again.close();
    });

    test("is replaced, again and again: everything is there under the new one, and the one before opens nothing", async () => {
      const written = await write(FIRST);
      await replace(FIRST, SECOND);
      await expectAll(SECOND, written);
      await expectNothing(FIRST);
      const more = await write(SECOND);
      await replace(SECOND, THIRD);
      await expectAll(THIRD, written);
      await expectAll(THIRD, more);
      for (const gone of [FIRST, SECOND]) await expectNothing(gone);
    });

    test("says which one is wanted, to whoever comes with another", async () => {
      await write(FIRST);
      await replace(FIRST, SECOND);
      await expect(place.open(FIRST)).rejects.toThrow(/locked by another master key.*Configure that one/s);
    });

    test("leaves the store open as it is until it is closed", async () => {
      const store = await place.open(FIRST);
      await store.replaceMasterKey(SECOND);
      const id = store.journal.upcomingId();
      await store.journal.append([messageDecided(id)]);
      await store.close();
      const again = await place.open(SECOND);
      expect(await again.messages.find(ACME, id)).toMatchObject({ id });
      await again.close();
    });

    test("of a store from before there were root keys is the root itself, until it is replaced", async () => {
      await (await place.open(FIRST)).close();
      // As such a version would have left it, before its first record.
      const check = new KeyedHash(deriveKey(FIRST, "check")).hex("master key");
      await place.change({ root_key: null, key_check: check });
      const written = await write(FIRST);
      expect((await place.identity()).root_key).toBeNull();
      const store = await place.open(FIRST);
      expect(Buffer.from(store.rootKey).equals(FIRST)).toBe(true);
      await store.close();
      await expectNothing(SECOND);
      await replace(FIRST, SECOND);
      await expectAll(SECOND, written);
      await expectNothing(FIRST);
    });

    test("opens nothing that was changed, nor a root key of another store", async () => {
      await write(FIRST);
      const { root_key: kept, epoch } = await place.identity();
      const bytes = Buffer.from(kept ?? "", "base64");
      for (const at of [0, 20, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await place.change({ root_key: changed.toString("base64") });
        await expectNothing(FIRST);
      }
      for (const cut of ["", "AAAA", bytes.subarray(1).toString("base64")]) {
        await place.change({ root_key: cut });
        await expectNothing(FIRST);
      }
      await place.change({ root_key: kept, epoch: randomBytes(8).toString("hex") });
      await expectNothing(FIRST);
      await place.change({ epoch });
      await (await place.open(FIRST)).close();
    });
  });
}
