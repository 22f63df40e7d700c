import type { JournalRecord, MessageWaits } from "../journal-record.ts";
import type { RecordIds } from "../record-ids.ts";
import type { Change, Insert, TableWrite } from "./sql.ts";

/** A record that says whether a message waits. */
export type WaitRecord = MessageWaits | Extract<JournalRecord, { readonly type: "wait_ended" }>;

const UPSERT: Insert = {
  table: "waiting",
  columns: {
    sequence: "bigint",
    account: "text",
    provider: "text",
    state: "text",
    due_at: "bigint",
    expires_at: "bigint",
    attempts: "bigint",
    tries: "bigint",
    send_at: "bigint",
    held_since: "bigint",
    uncounted: "bigint",
    in_doubt: "bigint",
    removed_channels: "text",
  },
  key: ["sequence"],
  conflict: `DO UPDATE SET provider = excluded.provider, state = excluded.state, due_at = excluded.due_at,
    expires_at = excluded.expires_at, attempts = excluded.attempts, tries = excluded.tries, send_at = excluded.send_at,
    held_since = excluded.held_since, uncounted = excluded.uncounted, in_doubt = excluded.in_doubt,
    removed_channels = excluded.removed_channels`,
};
const DELETE: Change = { text: "DELETE FROM waiting WHERE sequence = ?" };

/** Keeps the messages that wait: of a batch of records the last word on each. */
export class WaitingWriter {
  readonly #ids: RecordIds;
  readonly #last = new Map<number, WaitRecord>();

  constructor(ids: RecordIds) {
    this.#ids = ids;
  }

  fold(record: WaitRecord): void {
    const sequence = this.#ids.sequenceOf(record.message);
    if (sequence !== undefined) this.#last.set(sequence, record);
  }

  *write(): Generator<TableWrite> {
    for (const [sequence, record] of this.#last) {
      yield record.type === "wait_ended"
        ? { statement: DELETE, parameters: [sequence] }
        : { statement: UPSERT, parameters: parametersOf(sequence, record) };
    }
  }

  discard(): void {
    this.#last.clear();
  }
}

function parametersOf(sequence: number, waits: MessageWaits): TableWrite["parameters"] {
  return [
    sequence,
    waits.account,
    waits.provider,
    waits.state,
    waits.dueAt,
    waits.expiresAt,
    waits.attempts,
    waits.tries,
    waits.sendAt ?? null,
    waits.heldSince ?? null,
    waits.uncounted === true ? 1 : 0,
    waits.inDoubt === true ? 1 : 0,
    waits.removedChannels === undefined ? null : JSON.stringify(waits.removedChannels),
  ];
}
