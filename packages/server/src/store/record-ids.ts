import { createCipheriv, createDecipheriv } from "node:crypto";
import type { MessageId } from "../gateway/message-id.ts";
import { deriveKey, type MasterKey } from "./master-key.ts";

/** From this record on, ids are made with another epoch: the store was put back to what it had been, and went on from there. */
export interface LaterEpoch {
  readonly first: number;
  readonly epoch: bigint;
}

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
  /** The last one first. */
  readonly #epochs: readonly LaterEpoch[];
  /** Enciphered blocks of the sequence numbers from `#first` on. */
  #blocks: Buffer = Buffer.alloc(0);
  #first = 0;

  /**
   * `epoch`: 64 bits drawn when the store was made, so that ids of two stores under one key do not meet. `later`: in their
   * order; ids that were given out for records which a restored backup does not have are not given out again.
   */
  constructor(key: Uint8Array, epoch: bigint, later: readonly LaterEpoch[] = []) {
    // One block at a time, and no two blocks are equal: ECB is the bare cipher here, and keeps no state between calls.
    this.#cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    this.#epochs = [{ first: 1, epoch }, ...later].reverse();
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
    if (sequence < 1 || id !== id.toLowerCase()) return undefined;
    return plain.readBigUInt64BE(0) === this.#spanOf(sequence).epoch ? sequence : undefined;
  }

  /** The epoch of a record, and the first record of the next one. */
  #spanOf(sequence: number): { readonly epoch: bigint; readonly end: number } {
    let end = Number.POSITIVE_INFINITY;
    for (const { first, epoch } of this.#epochs) {
      if (first <= sequence) return { epoch, end };
      end = first;
    }
    throw new RangeError(`${sequence} is no sequence number.`);
  }

  #encipherFrom(first: number): void {
    const { epoch, end } = this.#spanOf(first);
    const plain = Buffer.alloc(BLOCK_BYTES * Math.min(IDS_AT_ONCE, end - first));
    plain.writeBigUInt64BE(epoch);
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
export function createRecordIds(masterKey: MasterKey, epoch: bigint, later: readonly LaterEpoch[] = []): RecordIds {
  return new RecordIds(deriveKey(masterKey, "record id"), epoch, later);
}
