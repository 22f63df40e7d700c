import type { BlobCipher } from "../blob-cipher.ts";
import type { ContentChanges } from "../group-journal.ts";
import { StoreInconsistent } from "../store-errors.ts";
import type { Change, Insert, Sql, TableWrite } from "./sql.ts";

const KEEP: Insert = {
  table: "waiting_contents",
  columns: { sequence: "bigint", content: "bytea" },
  key: ["sequence"],
  conflict: "DO UPDATE SET content = excluded.content",
};
const DROP: Change = { text: "DELETE FROM waiting_contents WHERE sequence = ?" };

/**
 * What sending a waiting message takes, beside the journal and in the same transactions: durable with the record that says
 * that the message waits, and gone with the one that says that it waits no more. Enciphered under a key of its own.
 */
export class WaitingContents {
  readonly #cipher: BlobCipher;

  constructor(cipher: BlobCipher) {
    this.#cipher = cipher;
  }

  /** What belongs into the transaction of a group. */
  *write({ kept, dropped }: ContentChanges): Generator<TableWrite> {
    for (const { sequence, content } of kept) {
      yield { statement: KEEP, parameters: [sequence, this.#cipher.encrypt(content, contentContext(sequence))] };
    }
    for (const sequence of dropped) yield { statement: DROP, parameters: [sequence] };
  }

  /** In order; undefined: nothing is kept of it. */
  async read(sql: Sql, sequences: readonly number[]): Promise<readonly (string | undefined)[]> {
    if (sequences.length === 0) return [];
    const rows = await sql.all<{ readonly sequence: number; readonly content: Uint8Array }>(
      `SELECT sequence, content FROM waiting_contents WHERE sequence IN (${sequences.map(Number).join(", ")})`,
      [],
    );
    const found = new Map(rows.map(({ sequence, content }) => [sequence, content]));
    return sequences.map((sequence) => {
      const content = found.get(sequence);
      if (content === undefined) return undefined;
      const text = this.#cipher.decrypt(content, contentContext(sequence));
      if (text === undefined) throw new StoreInconsistent(`The content of message ${sequence} was changed.`);
      return text;
    });
  }
}

/** Binds a content to its row. */
function contentContext(sequence: number): string {
  return `waiting ${sequence}`;
}
