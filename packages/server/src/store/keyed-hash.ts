import { hash } from "node:crypto";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * HMAC-SHA-256 (RFC 2104) as two one-shot digests over prepared blocks: 1.4 µs a value on Node 24, where `createHmac`
 * takes 2.4 µs with a key object and 12 µs with raw key bytes.
 */
export class KeyedHash {
  #inner: Buffer = Buffer.alloc(BLOCK_BYTES + 256);
  readonly #outer: Buffer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(key: Uint8Array) {
    if (key.length > BLOCK_BYTES) throw new RangeError(`The key of a keyed hash has at most ${BLOCK_BYTES} bytes.`);
    this.#inner.set(key);
    this.#outer.set(key);
    for (let i = 0; i < BLOCK_BYTES; i++) {
      this.#inner[i] = (this.#inner[i] ?? 0) ^ 0x36;
      this.#outer[i] = (this.#outer[i] ?? 0) ^ 0x5c;
    }
  }

  /** All 32 bytes as hex. */
  hex(text: string): string {
    const worst = text.length * 3;
    if (this.#inner.length - BLOCK_BYTES < worst) {
      const wider = Buffer.alloc(BLOCK_BYTES + worst);
      this.#inner.copy(wider, 0, 0, BLOCK_BYTES);
      this.#inner = wider;
    }
    const length = this.#inner.write(text, BLOCK_BYTES);
    this.#outer.set(hash("sha256", this.#inner.subarray(0, BLOCK_BYTES + length), "buffer"), BLOCK_BYTES);
    return hash("sha256", this.#outer, "hex");
  }

  /** The first 48 bits as a number: fits an integer column, and finds few enough to look at each. */
  number(text: string): number {
    return Number.parseInt(this.hex(text).slice(0, 12), 16);
  }
}
