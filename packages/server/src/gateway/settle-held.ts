import type { EpochMilliseconds } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { Journal } from "../store/journal.ts";
import type { JournalRecord, MessageDecided } from "../store/journal-record.ts";
import { blockReport } from "./block-report.ts";
import { noticesFor } from "./feedback/notices-for.ts";

/**
 * At start: messages that were held when the last run ended. Their clients got no answer, and their texts are kept nowhere:
 * they are stopped, and whoever wants reports is told. Not sent, so that a client that asks again does not send twice.
 */
export async function settleHeld(
  held: readonly MessageDecided[],
  journal: Journal,
  directory: Pick<Directory, "account">,
  at: EpochMilliseconds,
): Promise<void> {
  const records: JournalRecord[] = [];
  for (const message of held) {
    const { id, channel, verdict, dialect } = message;
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
