import type { EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord } from "../../store/journal-record.ts";
import type { WaitingMessage } from "../../store/store.ts";
import type { SubmissionOutcome } from "../outbound/connector.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { queueReport } from "../screening/report-stop.ts";
import { withoutAnswer } from "../screening/submit-messages.ts";
import { waitEnded } from "../screening/wait-ended.ts";
import { type Batch, type Due, type DueParts, type Leaving, waitOn } from "./due-message.ts";
import { isRetryable, mayTryNext, retryDelayMs } from "./retry-schedule.ts";
import { refusalReport } from "./wait-end-report.ts";
import { step, waitEndOf } from "./waiting-state.ts";

/**
 * Records how an attempt ended, and what follows: it is taken, it waits for another attempt, or it ends. `isErased`: its
 * number was erased meanwhile, and no attempt follows.
 */
export function recordOutcome(
  parts: DueParts,
  batch: Batch,
  { due, connector, next, attempt }: Leaving,
  outcome: SubmissionOutcome,
  isErased: boolean,
  at: EpochMilliseconds,
): void {
  const { waiting, outgoing } = due;
  const { id, account } = waiting;
  const ended = { type: "submission_ended", message: id, at, provider: connector.id, attempt } as const;
  const tries = waiting.tries + 1;
  const asked = outcome.type === "refused" ? (outcome.answer?.retryAfterSeconds ?? 0) * 1_000 : 0;
  const delay = retryDelayMs(tries, attempt, asked, parts.random);
  const retryAt = delay === undefined || isErased ? undefined : inTime(at + delay, waiting);
  switch (outcome.type) {
    case "accepted":
      due.state = step(due.state, { type: "taken" });
      batch.records.push({ ...ended, outcome: withoutAnswer(outcome) }, waitEnded(id, account, at, "submitted"));
      return;
    case "in_doubt": {
      const again =
        retryAt !== undefined && (connector.isIdempotent === true || outgoing.principal.account.onInDoubt === "resend");
      due.state = step(due.state, { type: "doubted", again });
      batch.records.push({ ...ended, outcome });
      if (again) waitOn(batch, due, at, retryAt, { attempts: attempt, tries, inDoubt: true });
      else batch.records.push(waitEnded(id, account, at, "in_doubt"));
      return;
    }
    case "refused": {
      if (isRetryable(outcome.kind) && retryAt !== undefined) {
        endAgain(batch, due, ended, outcome);
        waitOn(batch, due, at, retryAt, { attempts: attempt, tries });
      } else if (next !== undefined && mayTryNext(attempt) && !isErased && mayGoElsewhere(waiting, outgoing)) {
        endAgain(batch, due, ended, outcome);
        waitOn(batch, due, at, at, { attempts: attempt, tries: 0, provider: next.id });
      } else endRefused(parts, batch, due, connector.id, attempt, outcome, at);
    }
  }
}

type Ended = Omit<Extract<JournalRecord, { readonly type: "submission_ended" }>, "outcome">;
type Refused = Extract<SubmissionOutcome, { readonly type: "refused" }>;

/** Refused, and another attempt is to follow. */
function endAgain(batch: Batch, due: Due, ended: Ended, outcome: Refused): void {
  due.state = step(due.state, { type: "refused", again: true });
  batch.records.push({ ...ended, outcome: knownOf(due.waiting, outcome), next: true });
}

/** Refused for good. */
export function endRefused(
  parts: DueParts,
  batch: Batch,
  due: Due,
  provider: string,
  attempt: number,
  outcome: Refused,
  at: EpochMilliseconds,
): void {
  const { waiting, outgoing } = due;
  const { id, account } = waiting;
  due.state = step(due.state, { type: "refused", again: false });
  const known = knownOf(waiting, outcome);
  batch.records.push(
    { type: "submission_ended", message: id, at, provider, attempt, outcome: known },
    waitEnded(id, account, at, waitEndOf(due.state) ?? "refused"),
  );
  if (due.state.name === "refused")
    batch.notices += queueReport(parts, batch.records, id, outgoing, refusalReport(outcome, at), at);
}

/** A later refusal does not undo that an earlier attempt may have reached the person. */
function knownOf({ inDoubt }: WaitingMessage, outcome: Refused): SubmissionOutcome {
  if (!inDoubt) return withoutAnswer(outcome);
  const text = `Sent once more, it was refused (${outcome.code}); whether it was sent before is not known.`;
  return { type: "in_doubt", cause: "answer_unexpected", text };
}

/** No provider knows what another one has taken: what may be sent goes to another only where its account wants it sent again. */
export function mayGoElsewhere({ inDoubt }: WaitingMessage, { principal: { account } }: OutgoingMessage): boolean {
  return !inDoubt || account.onInDoubt === "resend";
}

/** Undefined: its time would be over by then. */
function inTime(at: number, { expiresAt }: WaitingMessage): EpochMilliseconds | undefined {
  return at < expiresAt ? (at as EpochMilliseconds) : undefined;
}
