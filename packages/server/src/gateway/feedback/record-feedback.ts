import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Directory } from "../../accounts/directory.ts";
import type { JournalRecord, OutcomeSubject } from "../../store/journal-record.ts";
import type { MessageView, Store } from "../../store/store.ts";
import type { MessageId } from "../message-id.ts";
import { isDeliveryStatus, statusAfter } from "./delivery-order.ts";
import type { DeliveryReport } from "./delivery-report.ts";
import type { Feedback } from "./feedback.ts";
import { noticesFor } from "./notices-for.ts";
import { OUTCOMES } from "./outcome.ts";
import type { Outcomes } from "./outcomes.ts";

export interface FeedbackParts {
  readonly journal: Pick<Store["journal"], "upcomingId" | "append">;
  readonly outcomes: Outcomes;
  readonly messages: Pick<Store["messages"], "findById">;
  readonly directory: Pick<Directory, "account">;
  /** Is what becomes of this key's messages news for detection? Absent: always. */
  counts?(account: AccountId, key: string): boolean;
  now(): EpochMilliseconds;
  /** New notices stand in the journal. */
  noticesQueued(): void;
}

/**
 * Records what comes back. Each report is recorded as evidence; the customer hears of it where it changes the message's
 * status. Reports of one message are taken one after the other, so that two at once cannot both be news.
 */
export function createFeedback(parts: FeedbackParts): Feedback {
  const turns = createTurns();
  return {
    delivered: (message, report) =>
      turns.take(message.id, async () => {
        const known = (await parts.messages.findById(message.id)) ?? message;
        const at = parts.now();
        const isNews = statusAfter(known, report) !== known.status;
        const records: JournalRecord[] = [
          {
            type: "delivery_reported",
            at,
            report,
            ...(isNews ? subjectOf(known, report, parts.counts?.(known.account, known.key) ?? true) : {}),
          },
        ];
        if (isNews) {
          const account = parts.directory.account(known.account);
          const { message: _, ...reported } = report;
          for (const notice of account === undefined ? [] : noticesFor(known, account, reported))
            records.push({ type: "notice_queued", id: parts.journal.upcomingId(records.length), at, notice });
        }
        await parts.journal.append(records);
        if (records.length > 1) parts.noticesQueued();
      }),
    async verified(principal, message, outcome, occurredAt, at) {
      const { account, id } = message;
      const key = principal.key.id;
      if (outcome === "confirmed") {
        const claim = { kind: "verified", about: { id }, occurredAt } as const;
        await parts.outcomes.report({ account, key, at, impossibleTimes: "move" }, [claim]);
      } else {
        await parts.journal.append([
          { type: "verification_reported", at, account, key, message: id, outcome, occurredAt },
        ]);
      }
    },
  };
}

/** Whose outcome a report tells, where it is the first to tell it. */
function subjectOf(
  { status, account, to, purpose, at: sentAt }: MessageView,
  report: DeliveryReport,
  counts: boolean,
): { readonly about?: OutcomeSubject } {
  const outcome = OUTCOMES[report.status];
  const before = isDeliveryStatus(status) ? OUTCOMES[status] : undefined;
  if (outcome === undefined || outcome === before) return {};
  const about = { account, to, purpose, sentAt };
  return { about: counts ? about : { ...about, uncounted: true } };
}

/** Lets pieces of work on one message wait for each other. */
function createTurns(): { take(message: MessageId, work: () => Promise<void>): Promise<void> } {
  const last = new Map<MessageId, Promise<void>>();
  return {
    take(message, work) {
      const run = (last.get(message) ?? Promise.resolve()).then(work);
      const settled = run
        .catch(() => undefined)
        .then(() => {
          if (last.get(message) === settled) last.delete(message);
        });
      last.set(message, settled);
      return run;
    },
  };
}
