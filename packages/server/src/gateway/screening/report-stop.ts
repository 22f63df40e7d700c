import type { EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord, Notice } from "../../store/journal-record.ts";
import { blockReport } from "../block-report.ts";
import { noticesFor } from "../feedback/notices-for.ts";
import type { MessageId } from "../message-id.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import type { StoppingVerdict } from "../screening-port.ts";
import type { ScreeningParts } from "./screening-parts.ts";

/** Adds the notices of a message that was stopped and counts as accepted; returns how many. */
export function queueStopReport(
  parts: Pick<ScreeningParts, "journal">,
  records: JournalRecord[],
  id: MessageId,
  outgoing: OutgoingMessage,
  verdict: StoppingVerdict,
  at: EpochMilliseconds,
): number {
  return queueReport(parts, records, id, outgoing, blockReport(outgoing.dialect, verdict, at), at);
}

/** Adds the notices of what became of a message, to those who want to hear of it; returns how many. */
export function queueReport(
  { journal }: Pick<ScreeningParts, "journal">,
  records: JournalRecord[],
  id: MessageId,
  { principal: { account, key }, dialect, callback }: OutgoingMessage,
  report: Notice["report"],
  at: EpochMilliseconds,
): number {
  const message = { id, account: account.id, key: key.id, dialect, callback };
  const notices = noticesFor(message, account, report);
  for (const notice of notices) {
    records.push({ type: "notice_queued", id: journal.upcomingId(records.length), at, notice });
  }
  return notices.length;
}
