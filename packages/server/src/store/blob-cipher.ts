import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const COUNTER_LIMIT = 0xffff_ffff;

/**
 * AES-256-GCM over whole blobs: nonce, ciphertext, tag. What `context` says is authenticated with the blob, so that it
 * opens in its own place only.
 *
 * The nonce is 8 bytes drawn when the cipher is made and a 32-bit count: no draw per blob, and the chance that two starts
 * of the same store ever share one stays below 2^-25 after a million starts.
 */
export class BlobCipher {
  readonly #key: KeyObject;
  readonly #nonce: Buffer = Buffer.alloc(NONCE_BYTES);
  #count = COUNTER_LIMIT;

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
  }

  encrypt(content: string | Uint8Array, context: string): Buffer {
    if (this.#count === COUNTER_LIMIT) {
      randomBytes(8).copy(this.#nonce);
      this.#count = 0;
    }
    this.#nonce.writeUInt32BE(this.#count++, 8);
    const cipher = createCipheriv("aes-256-gcm", this.#key, this.#nonce);
    cipher.setAAD(Buffer.from(context));
    const body = typeof content === "string" ? cipher.update(content, "utf8") : cipher.update(content);
    cipher.final();
    return Buffer.concat([this.#nonce, body, cipher.getAuthTag()]);
  }

  /** Undefined: another key or context, or the blob was changed. */
  decrypt(blob: Uint8Array, context: string): string | undefined {
    return this.open(blob, context)?.toString("utf8");
  }

  /** As `decrypt`, where the content is no text. */
  open(blob: Uint8Array, context: string): Buffer | undefined {
    if (blob.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const end = blob.length - TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, blob.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(blob.subarray(end));
    const body = decipher.update(blob.subarray(NONCE_BYTES, end));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return body;
  }
}
