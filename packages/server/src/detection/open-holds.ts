import type { MessageId } from "../gateway/message-id.ts";
import type { JournalRecord, MessageDecided } from "../store/journal-record.ts";

/** The messages that the journal says are held and have no last word yet. */
export class OpenHolds {
  readonly #held = new Map<MessageId, MessageDecided>();

  apply(record: JournalRecord): void {
    if (record.type === "message_decided") {
      if (record.verdict.action === "hold" && record.answer === undefined) this.#held.set(record.id, record);
    } else if (record.type === "submission_intended" || record.type === "message_stopped") {
      if (this.#held.size > 0) this.#held.delete(record.message);
    }
  }

  find(message: MessageId): MessageDecided | undefined {
    return this.#held.get(message);
  }

  /** Oldest first. */
  list(): readonly MessageDecided[] {
    return [...this.#held.values()];
  }
}
