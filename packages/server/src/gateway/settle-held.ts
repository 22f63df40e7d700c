import type { EpochMilliseconds } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { JournalRecord, MessageDecided } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { blockReport } from "./block-report.ts";
import { noticesFor } from "./feedback/notices-for.ts";

/**
 * At start: messages that were held when the last run ended and of which nothing is kept, as a version did that kept no
 * texts. They are stopped, and whoever wants reports is told. What is kept goes on from the queue.
 */
export async function settleHeld(
  { journal, waiting }: Pick<Store, "journal" | "waiting">,
  held: readonly MessageDecided[],
  directory: Pick<Directory, "account">,
  at: EpochMilliseconds,
): Promise<void> {
  const records: JournalRecord[] = [];
  for (const message of held) {
    const { id, channel, verdict, dialect } = message;
    if ((await waiting.find(message.account, id)) !== undefined) continue;
    records.push({ type: "message_stopped", message: id, at, channel, verdict, answer: "report" });
    const account = directory.account(message.account);
    if (account === undefined) continue;
    for (const notice of noticesFor(
      { ...message, callback: message.callback },
      account,
      blockReport(dialect, verdict, at),
    )) {
      records.push({ type: "notice_queued", id: journal.upcomingId(records.length), at, notice });
    }
  }
  await journal.append(records);
}
