import { randomBytes } from "node:crypto";
import { BlobCipher } from "./blob-cipher.ts";
import { deriveKey, type MasterKey } from "./master-key.ts";

/**
 * From a store's root key every other key is derived. It is made with the store, and kept in it sealed under the master key,
 * which can so be replaced while everything else stays as it is. Of a store from before there was one, the master key itself is
 * the root.
 */
export function makeRootKey(): MasterKey {
  return new Uint8Array(randomBytes(32)) as MasterKey;
}

/** As it is kept; good in the store of this epoch alone. */
export function sealRootKey(rootKey: MasterKey, masterKey: MasterKey, epoch: string): string {
  return cipherOf(masterKey).encrypt(rootKey, contextOf(epoch)).toString("base64");
}

/** Undefined: it was sealed under another master key, for another store, or it was changed. */
export function openRootKey(sealed: string, masterKey: MasterKey, epoch: string): MasterKey | undefined {
  const opened = cipherOf(masterKey).open(Buffer.from(sealed, "base64"), contextOf(epoch));
  return opened?.length === 32 ? (new Uint8Array(opened) as MasterKey) : undefined;
}

function cipherOf(masterKey: MasterKey): BlobCipher {
  return new BlobCipher(deriveKey(masterKey, "root key"));
}

function contextOf(epoch: string): string {
  return `root key ${epoch}`;
}
