import { createCipheriv, createDecipheriv } from "node:crypto";
import type { MessageId } from "../gateway/message-id.ts";
import { deriveKey, type MasterKey } from "./master-key.ts";

const BLOCK_BYTES = 16;
const IDS_AT_ONCE = 1000;

/**
 * The id of a record is its sequence number enciphered: AES-256 of the one block `[epoch: 8 bytes][sequence: 8 bytes]`, as
 * 32 hex digits. Who has the key reads the sequence number out of an id, so that no table of ids is needed; who has not
 * cannot tell how many there are, nor make one up: a made-up id deciphers to this epoch with a chance of 2^-64.
 */
export class RecordIds {
  readonly #cipher;
  readonly #decipher;
  readonly #epoch: bigint;
  /** Enciphered blocks of the sequence numbers from `#first` on. */
  #blocks: Buffer = Buffer.alloc(0);
  #first = 0;

  /** `epoch`: 64 bits drawn when the store was made, so that ids of two stores under one key do not meet. */
  constructor(key: Uint8Array, epoch: bigint) {
    // One block at a time, and no two blocks are equal: ECB is the bare cipher here, and keeps no state between calls.
    this.#cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    this.#epoch = epoch;
  }

  /** `sequence`: 1, 2, 3 … up to 2^53 − 1. Made a thousand at a time: neighbours cost next to nothing. */
  idOf(sequence: number): MessageId {
    let offset = (sequence - this.#first) * BLOCK_BYTES;
    if (offset < 0 || offset >= this.#blocks.length) {
      this.#encipherFrom(sequence);
      offset = 0;
    }
    return this.#blocks.toString("hex", offset, offset + BLOCK_BYTES) as MessageId;
  }

  /** The sequence number in an id; undefined: not an id of this store. */
  sequenceOf(id: string): number | undefined {
    if (id.length !== BLOCK_BYTES * 2) return undefined;
    // (hex decoding stops at the first character that is none)
    const block = Buffer.from(id, "hex");
    if (block.length !== BLOCK_BYTES) return undefined;
    const plain = this.#decipher.update(block);
    const sequence = Number(plain.readBigUInt64BE(8));
    // Upper-case digits would be a second spelling of the same id.
    if (plain.readBigUInt64BE(0) !== this.#epoch || sequence < 1 || id !== id.toLowerCase()) return undefined;
    return sequence;
  }

  #encipherFrom(first: number): void {
    const plain = Buffer.alloc(BLOCK_BYTES * IDS_AT_ONCE);
    plain.writeBigUInt64BE(this.#epoch);
    for (let offset = 0, sequence = first; offset < plain.length; offset += BLOCK_BYTES, sequence++) {
      if (offset > 0) plain.copyWithin(offset, 0, 8);
      // (in two halves: a BigInt for each would cost more than its encipherment)
      plain.writeUInt32BE(Math.floor(sequence / 2 ** 32), offset + 8);
      plain.writeUInt32BE(sequence % 2 ** 32, offset + 12);
    }
    this.#blocks = this.#cipher.update(plain);
    this.#first = first;
  }
}

/** The ids of one store's records; both sides of the store make the same. */
export function createRecordIds(masterKey: MasterKey, epoch: bigint): RecordIds {
  return new RecordIds(deriveKey(masterKey, "record id"), epoch);
}
