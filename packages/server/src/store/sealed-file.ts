import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { failpoint } from "../config/failpoint.ts";
import { BlobCipher } from "./blob-cipher.ts";
import { deriveKey, type MasterKey } from "./master-key.ts";
import { SealBroken } from "./seal.ts";

/** One file, readable with the master key only, that is replaced as a whole. */
export interface SealedFile {
  /** Undefined: there is none. Throws SealBroken. */
  read(): Promise<Buffer | undefined>;
  /** Durable when it resolves; whoever reads meanwhile gets the old content. One call at a time. */
  write(content: Uint8Array): Promise<void>;
}

/** `purpose`: is authenticated with the content, so that no sealed file can stand in another's place. */
export function createSealedFile(path: string, masterKey: MasterKey, purpose: string): SealedFile {
  const cipher = new BlobCipher(deriveKey(masterKey, purpose));
  return {
    async read() {
      let sealed: Buffer;
      try {
        sealed = await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
      const content = cipher.open(sealed, purpose);
      if (content === undefined) throw new SealBroken(`The file ${path} was sealed under another key, or changed.`);
      return content;
    },
    async write(content) {
      const next = `${path}.next`;
      const file = await open(next, "w", 0o600);
      try {
        await file.writeFile(cipher.encrypt(content, purpose));
        failpoint("before-sealed-file-sync");
        await file.sync();
      } finally {
        await file.close();
      }
      failpoint("before-sealed-file-rename");
      await rename(next, path);
      failpoint("after-sealed-file-rename");
      // The name is durable with its folder.
      const directory = await open(dirname(path), "r");
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    },
  };
}
