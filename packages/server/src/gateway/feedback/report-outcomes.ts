import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { OutcomeReported } from "../../store/journal-record.ts";
import { DEFAULT_RETENTION } from "../../store/retention.ts";
import type { OutcomeReference, ReportedSubject, Store } from "../../store/store.ts";
import type { OutcomeAnswer, OutcomeClaim, OutcomeReporter, Outcomes } from "./outcomes.ts";
import { OutcomesAtWork } from "./outcomes-at-work.ts";

/** Another clock may differ from ours by so much; a claimed time is then moved, not refused. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;
/** A number names the latest message or decision of the time before. */
const BY_NUMBER_MS = 86_400_000;
/** After so long an outcome says nothing that anybody still reckons with. */
const TOO_LATE_MS = DEFAULT_RETENTION.verified;

export interface OutcomeParts {
  readonly store: Pick<Store, "outcomes"> & { readonly journal: Pick<Store["journal"], "append"> };
  /** Is what this key says news for detection? Absent: always. */
  counts?(account: AccountId, key: string): boolean;
}

type Refusal = Extract<OutcomeAnswer, { readonly type: "refused" }>;

/** Records what accounts say of their messages: each kind once for each message or decision, with times that can be. */
export function createOutcomes({ store, counts }: OutcomeParts): Outcomes {
  const atWork = new OutcomesAtWork();
  return {
    async report(reporter, claims) {
      const answers: (OutcomeAnswer | undefined)[] = claims.map((claim) => refusedAtOnce(reporter, claim));
      const open = claims.flatMap((claim, index) => (answers[index] === undefined ? [{ claim, index }] : []));
      const references = open.map(({ claim }) => referenceOf(reporter, claim));
      const records: OutcomeReported[] = [];
      const waits: Promise<void>[] = [];
      const look = atWork.beginLook();
      try {
        const subjects = await store.outcomes.subjects(reporter.account, references, reporter.at);
        // Up to `append` nothing may wait: of two that say the same, one is first.
        const fresh = new Set<string>();
        for (const [position, { claim, index }] of open.entries()) {
          const subject = subjects[position];
          if (subject === undefined) continue;
          const occurredAt = timeOf(reporter, claim, subject);
          if (typeof occurredAt === "object") {
            answers[index] = occurredAt;
            continue;
          }
          const { id: message, of } = subject;
          const outcome = `${claim.kind} ${message}`;
          const earlier = atWork.find(outcome);
          const isKnown = subject.known.includes(claim.kind) || earlier !== undefined || fresh.has(outcome);
          answers[index] = { type: isKnown ? "known" : "recorded", message, of };
          if (earlier !== undefined) waits.push(earlier);
          if (isKnown) continue;
          fresh.add(outcome);
          const record = recordOf(reporter, claim, subject, occurredAt);
          records.push((counts?.(reporter.account, reporter.key) ?? true) ? record : { ...record, uncounted: true });
        }
        const durable = store.journal.append(records);
        atWork.add([...fresh], durable);
        waits.push(durable);
      } finally {
        atWork.endLook(look);
      }
      await Promise.all(waits);
      return answers.map((answer) => answer ?? { type: "unknown" });
    },
  };
}

/** What no message could make right. */
function refusedAtOnce({ at, impossibleTimes }: OutcomeReporter, { occurredAt }: OutcomeClaim): Refusal | undefined {
  if (occurredAt === undefined || impossibleTimes === "move") return undefined;
  if (occurredAt > at + CLOCK_DIFFERENCE_MS) return { type: "refused", reason: "in_future", limit: at };
  const oldest = (at - TOO_LATE_MS) as EpochMilliseconds;
  return occurredAt < oldest ? { type: "refused", reason: "too_late", limit: oldest } : undefined;
}

function referenceOf({ at }: OutcomeReporter, { about, occurredAt = at }: OutcomeClaim): OutcomeReference {
  if ("id" in about) return about;
  const from = (occurredAt - BY_NUMBER_MS) as EpochMilliseconds;
  const until = (occurredAt + CLOCK_DIFFERENCE_MS) as EpochMilliseconds;
  return { to: about.to, from, until };
}

/** The time that is recorded, or why nothing is. */
function timeOf(
  { at, impossibleTimes }: OutcomeReporter,
  { occurredAt = at }: OutcomeClaim,
  { sentAt }: ReportedSubject,
): EpochMilliseconds | Refusal {
  const oldest = (at - TOO_LATE_MS) as EpochMilliseconds;
  if (sentAt < oldest) return { type: "refused", reason: "too_late", limit: oldest };
  if (impossibleTimes === "refuse" && occurredAt < sentAt - CLOCK_DIFFERENCE_MS) {
    return { type: "refused", reason: "before_message", limit: sentAt };
  }
  return Math.max(Math.min(occurredAt, at), sentAt) as EpochMilliseconds;
}

function recordOf(
  { account, key, at }: OutcomeReporter,
  { kind, attempts }: OutcomeClaim,
  { id: message, of, to, purpose, destination, sentAt }: ReportedSubject,
  occurredAt: EpochMilliseconds,
): OutcomeReported {
  return {
    type: "outcome_reported",
    at,
    account,
    key,
    kind,
    message,
    of,
    to,
    destination,
    purpose,
    sentAt,
    occurredAt,
    ...(attempts !== undefined && { attempts }),
  };
}
