import type { EngineEvent, EpochMilliseconds } from "@safeguard/core";
import { outcomeOf } from "../gateway/feedback/outcome.ts";
import { detectionEventOf } from "../incidents/detection-event-of.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { unpackSteps } from "./past-traffic/past-steps.ts";

const DAY_MS = 86_400_000;
/** Most records mean nothing here. */
const NONE: readonly EngineEvent[] = [];

/** What a record means to detection, besides the decisions: outcomes, verified numbers, operators' words. */
export function engineEventsOf(record: JournalRecord): readonly EngineEvent[] {
  switch (record.type) {
    case "outcome_reported":
    case "delivery_reported": {
      const outcome = outcomeOf(record);
      if (outcome === undefined || outcome.uncounted === true) return NONE;
      const { account, to, kind, sentAt, at, attempts } = outcome;
      return [{ type: "outcome", account, to, kind, sentAt, at, attempts }];
    }
    case "verified_imported":
      return record.numbers.map(({ to, firstDay, lastDay }) => verifiedKnown(record.account, to, firstDay, lastDay));
    case "past_traffic_learned":
      return [{ type: "past_learned", account: record.account, steps: unpackSteps(record), at: record.at }];
    case "past_learning_ended":
      return [{ type: "learning_ended", account: record.account, at: record.at }];
    case "detection_begun_anew":
      return [{ type: "begun_anew", account: record.account, wasTrial: record.wasTrial, at: record.at }];
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
