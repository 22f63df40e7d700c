import { BlobCipher } from "./blob-cipher.ts";
import { KeyedHash } from "./keyed-hash.ts";
import { deriveKey, type MasterKey } from "./master-key.ts";
import { type Seal, SealBroken } from "./seal.ts";

/** The seal under this master key. `hash` takes in the purpose with its length, so that no two pairs of text and purpose meet. */
export function createSeal(masterKey: MasterKey): Seal {
  const cipher = new BlobCipher(deriveKey(masterKey, "seal"));
  const keyed = new KeyedHash(deriveKey(masterKey, "seal hash"));
  return {
    seal: (text, purpose) => cipher.encrypt(text, purpose).toString("base64url"),
    open(sealed, purpose) {
      const text = cipher.decrypt(Buffer.from(sealed, "base64url"), purpose);
      if (text === undefined) {
        throw new SealBroken(
          `A sealed value (${purpose}) cannot be opened: it was sealed under another master key or for another purpose, or it was changed.`,
        );
      }
      return text;
    },
    hash: (text, purpose) => keyed.hex(`${purpose.length} ${purpose} ${text}`).slice(0, 32),
  };
}
