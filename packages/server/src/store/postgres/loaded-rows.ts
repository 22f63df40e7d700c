import type { RecordIds } from "../record-ids.ts";
import { changedRow, type FoldedLine, type ProjectedRows } from "../tables/projection.ts";
import type { MessageTable, NoticeTable } from "../tables/schema.ts";
import type { Sql } from "../tables/sql.ts";

const MESSAGES = "SELECT * FROM messages WHERE sequence = ANY(?::bigint[])";
const NOTICES = "SELECT * FROM notices WHERE sequence = ANY(?::bigint[])";

/** The rows that a group changes, read in one go before it is folded. */
export class LoadedRows implements ProjectedRows {
  readonly #ids: RecordIds;
  #messages = new Map<number, MessageTable>();
  #notices = new Map<number, NoticeTable>();

  constructor(ids: RecordIds) {
    this.#ids = ids;
  }

  /** Reads what the lines will ask for; nothing else is known then. */
  async load(sql: Sql, lines: readonly FoldedLine[]): Promise<void> {
    const first = lines[0]?.sequence ?? 0;
    const messages = new Set<number>();
    const notices = new Set<number>();
    for (const line of lines) {
      const row = line.type === "other" ? changedRow(line.record) : undefined;
      if (row === undefined) continue;
      const [wanted, id] = "message" in row ? [messages, row.message] : [notices, row.notice];
      const sequence = this.#ids.sequenceOf(id);
      // What the group itself makes has no row yet.
      if (sequence !== undefined && sequence < first) wanted.add(sequence);
    }
    const [messageRows, noticeRows] = await Promise.all([
      messages.size === 0 ? [] : sql.all<MessageTable>(MESSAGES, [arrayText(messages)]),
      notices.size === 0 ? [] : sql.all<NoticeTable>(NOTICES, [arrayText(notices)]),
    ]);
    this.#messages = new Map(messageRows.map((row) => [row.sequence, row]));
    this.#notices = new Map(noticeRows.map((row) => [row.sequence, row]));
  }

  message(sequence: number): MessageTable | undefined {
    return this.#messages.get(sequence);
  }

  notice(sequence: number): NoticeTable | undefined {
    return this.#notices.get(sequence);
  }
}

function arrayText(sequences: ReadonlySet<number>): string {
  return `{${[...sequences].join(",")}}`;
}
