import type { EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord } from "../../store/journal-record.ts";
import type { WaitingMessage } from "../../store/store.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { queueReport } from "../screening/report-stop.ts";
import type { ScreeningParts } from "../screening/screening-parts.ts";
import { waitEnded } from "../screening/wait-ended.ts";
import { wastedReport } from "./wait-end-report.ts";
import { stateOfWaiting, step } from "./waiting-state.ts";

/** Ends a wait before any further attempt, and says so to who wants to hear of it. `how`: why. */
export function endUnsent(
  parts: Pick<ScreeningParts, "journal">,
  records: JournalRecord[],
  waiting: WaitingMessage,
  outgoing: OutgoingMessage | undefined,
  how: "expired" | "canceled" | "suspended" | "erased",
  at: EpochMilliseconds,
): number {
  const { name } = step(stateOfWaiting(waiting), { type: how === "expired" ? "expired" : "canceled" });
  records.push(waitEnded(waiting.id, waiting.account, at, name === "in_doubt" ? "in_doubt" : how));
  const isTold = name !== "in_doubt" && (how === "expired" || how === "suspended");
  if (!isTold || outgoing === undefined) return 0;
  return queueReport(parts, records, waiting.id, outgoing, wastedReport(outgoing.dialect, how, at), at);
}
