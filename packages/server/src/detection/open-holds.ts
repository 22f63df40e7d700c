import type { MessageId } from "../gateway/message-id.ts";
import type { JournalRecord, MessageDecided } from "../store/journal-record.ts";

const AS_DECIDED = { type: "message_decided" } as const;

/** The messages that the journal says are held and have no last word yet. */
export class OpenHolds {
  readonly #held = new Map<MessageId, MessageDecided>();

  apply(record: JournalRecord): void {
    if (record.type === "message_decided") {
      if (record.verdict.action === "hold" && record.answer === undefined) this.#held.set(record.id, record);
    } else if (record.type === "message_due") {
      if (record.verdict.action === "hold")
        this.#held.set(record.message, { ...record, ...AS_DECIDED, id: record.message });
    } else if (
      record.type === "submission_intended" ||
      record.type === "message_stopped" ||
      record.type === "wait_ended"
    ) {
      if (this.#held.size > 0) this.#held.delete(record.message);
    }
  }

  get size(): number {
    return this.#held.size;
  }

  /** The number was erased: `erased` gives what is left of a message to it. */
  erase(concerns: (record: MessageDecided) => boolean, erased: (record: MessageDecided) => MessageDecided): void {
    for (const [id, record] of this.#held) if (concerns(record)) this.#held.set(id, erased(record));
  }

  find(message: MessageId): MessageDecided | undefined {
    return this.#held.get(message);
  }

  /** Oldest first. */
  list(): readonly MessageDecided[] {
    return [...this.#held.values()];
  }
}
