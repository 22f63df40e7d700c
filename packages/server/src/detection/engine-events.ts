import type { EngineEvent, EpochMilliseconds } from "@safeguard/core";
import { outcomeOf } from "../gateway/feedback/outcome.ts";
import { detectionEventOf } from "../incidents/detection-event-of.ts";
import type { JournalRecord } from "../store/journal-record.ts";

const DAY_MS = 86_400_000;
/** Most records mean nothing here. */
const NONE: readonly EngineEvent[] = [];

/** What a record means to detection, besides the decisions: outcomes, verified numbers, operators' words. */
export function engineEventsOf(record: JournalRecord): readonly EngineEvent[] {
  switch (record.type) {
    case "outcome_reported":
    case "delivery_reported": {
      const outcome = outcomeOf(record);
      if (outcome === undefined) return NONE;
      const { account, to, kind, sentAt, at } = outcome;
      return [{ type: "outcome", account, to, kind, sentAt, at }];
    }
    case "verified_imported":
      return record.numbers.map(({ to, firstDay, lastDay }) => verifiedKnown(record.account, to, firstDay, lastDay));
    case "verified_removed":
      return [{ type: "verified_forgotten", account: record.account, to: record.to }];
    default: {
      const event = detectionEventOf(record);
      return event === undefined ? NONE : [event];
    }
  }
}

type VerifiedKnown = Extract<EngineEvent, { readonly type: "verified_known" }>;

/** Days are counted from 1970-01-01 UTC. */
export function verifiedKnown(
  account: VerifiedKnown["account"],
  to: VerifiedKnown["to"],
  firstDay: number,
  lastDay: number,
): VerifiedKnown {
  const firstAt = (firstDay * DAY_MS) as EpochMilliseconds;
  return { type: "verified_known", account, to, firstAt, lastAt: (lastDay * DAY_MS) as EpochMilliseconds };
}
