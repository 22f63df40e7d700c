import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord, WaitEnd } from "../../store/journal-record.ts";
import type { MessageId } from "../message-id.ts";
import type { SubmissionOutcome } from "../outbound/connector.ts";

/** The record with which what was kept of a waiting message goes. */
export function waitEnded(
  message: MessageId,
  account: AccountId,
  at: EpochMilliseconds,
  how: WaitEnd,
): Extract<JournalRecord, { readonly type: "wait_ended" }> {
  return { type: "wait_ended", message, at, account, how };
}

/** How a wait ended whose last submission ended so. */
export function waitEndOfOutcome({ type }: SubmissionOutcome): WaitEnd {
  return type === "accepted" ? "submitted" : type;
}
