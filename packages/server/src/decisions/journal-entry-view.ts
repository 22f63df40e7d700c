import { type AccountId, shownNumber } from "@safeguard/core";
import { z } from "zod";
import { wordsOfAct } from "../approvals/act-proposal.ts";
import type { OutcomeKind } from "../gateway/feedback/outcome.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { JournalEntry } from "../store/journal.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { type Explain, publicId, rejectionSentence } from "./view-decision.ts";

export const journalEntryView = z
  .object({
    sequence: z.int(),
    at: z.string(),
    type: z.string(),
    account: z.string().nullable(),
    id: z.string().nullable().describe("The decision or message that it is about."),
    to: z.string().nullable().describe("The number, masked."),
    sentence: z.string().describe("What happened, in plain words."),
  })
  .meta({ id: "JournalEntry" });

export type JournalEntryView = z.infer<typeof journalEntryView>;

/** What a later record is about, which names only the message or the notice. */
export interface Subject {
  readonly account: AccountId;
  readonly message: MessageId;
}

/** By the ids of messages and notices, from the records that name them first. */
export function rememberSubject(subjects: Map<MessageId, Subject>, record: JournalRecord): void {
  if (record.type === "message_decided") subjects.set(record.id, { account: record.account, message: record.id });
  if (record.type === "notice_queued") {
    if (record.notice.dialect === "alert") return;
    const { account, message } = record.notice;
    subjects.set(record.id, { account, message });
    subjects.set(message, { account, message });
  }
}

/** One entry as people read it: no whole number, no text, no secret. */
export function viewOfEntry(
  { sequence, record }: JournalEntry,
  explain: Explain,
  subjects: ReadonlyMap<MessageId, Subject>,
): JournalEntryView {
  const subject = subjectOf(record, subjects);
  const parts = partsOf(record, explain);
  const { sentence, to = null } = parts;
  const account = parts.account ?? subject?.account ?? null;
  const id = parts.id ?? (subject === undefined ? null : `msg_${subject.message}`);
  return {
    sequence,
    at: new Date(record.at).toISOString(),
    type: record.type,
    account,
    id,
    to,
    // A rule's range, a reason or a provider's words can hold a whole number.
    sentence: sentence.replaceAll(/\+?\d{7,}/g, masked),
  };
}

function subjectOf(record: JournalRecord, subjects: ReadonlyMap<MessageId, Subject>): Subject | undefined {
  switch (record.type) {
    case "message_held":
    case "message_due":
    case "message_waits":
    case "wait_ended":
    case "submission_intended":
    case "submission_ended":
    case "submission_settled":
    case "message_stopped":
      return subjects.get(record.message);
    case "delivery_reported":
      return subjects.get(record.report.message);
    case "notice_attempted":
      return subjects.get(record.id);
    default:
      return undefined;
  }
}

type Parts = Pick<JournalEntryView, "sentence"> & Partial<Pick<JournalEntryView, "account" | "id" | "to">>;

function partsOf(record: JournalRecord, explain: Explain): Parts {
  switch (record.type) {
    case "decision_made":
      return {
        account: record.account,
        id: `dec_${record.id}`,
        to: masked(record.to),
        sentence: explain(record.verdict),
      };
    case "message_decided": {
      const sentence = explain(record.verdict);
      return { account: record.account, id: `msg_${record.id}`, to: masked(record.to), sentence };
    }
    case "message_rejected": {
      const shown = masked(record.text);
      return {
        account: record.account,
        id: `dec_${record.id}`,
        to: shown,
        sentence: rejectionSentence(shown, record.rejection.code),
      };
    }
    case "message_held":
      return { id: `msg_${record.message}`, sentence: `Decided again after a wait. ${explain(record.verdict)}` };
    case "message_due":
      return { id: `msg_${record.message}`, sentence: `It is due, and decided. ${explain(record.verdict)}` };
    case "message_waits": {
      const until = new Date(record.dueAt).toISOString();
      return {
        account: record.account,
        id: `msg_${record.message}`,
        sentence: `It waits (${record.state}) until ${until}.`,
      };
    }
    case "wait_ended":
      return {
        account: record.account,
        id: `msg_${record.message}`,
        sentence: `It waits no more: ${record.how.replaceAll("_", " ")}.`,
      };
    case "submission_settled":
      return {
        account: record.account,
        id: `msg_${record.message}`,
        sentence: `Settled by hand: ${record.outcome.replaceAll("_", " ")} (${record.reason}).`,
      };
    case "submission_intended": {
      const { attempt, provider } = record.intent;
      const words = attempt === 1 ? "Let go after a wait" : "Tried again";
      return { id: `msg_${record.message}`, sentence: `${words}, through ${provider}.` };
    }
    case "message_stopped":
      return { id: `msg_${record.message}`, sentence: `Decided again. ${explain(record.verdict)}` };
    case "submission_ended": {
      const { outcome, provider, message } = record;
      const words =
        outcome.type === "accepted"
          ? `${provider} accepted it.`
          : outcome.type === "refused"
            ? `${provider} refused it (${outcome.kind}): ${outcome.text}`
            : `${provider}: in doubt (${outcome.cause.replaceAll("_", " ")}).`;
      return { id: `msg_${message}`, sentence: words };
    }
    case "delivery_reported":
      return { id: `msg_${record.report.message}`, sentence: `Reported as ${record.report.status}.` };
    case "verification_reported":
      return {
        account: record.account,
        id: `msg_${record.message}`,
        sentence: `The verification was ${record.outcome}.`,
      };
    case "outcome_reported":
      return {
        account: record.account,
        id: publicId(record.of === "message" ? "msg_" : "dec_", record.message),
        to: masked(record.to),
        sentence: `The account says: ${OUTCOME_WORDS[record.kind]}.`,
      };
    case "verified_imported":
      return { account: record.account, sentence: `Verified numbers were imported: ${record.numbers.length}.` };
    case "past_traffic_learned":
      return { account: record.account, sentence: `Past traffic was learned: ${record.steps.length} events.` };
    case "past_numbers_verified":
      return {
        account: record.account,
        sentence: `Past traffic has these verified numbers: ${record.numbers.length}.`,
      };
    case "past_learning_ended":
      return { account: record.account, sentence: "All past traffic was learned." };
    case "detection_begun_anew":
      return { account: record.account, sentence: `Detection began anew (${record.reason}).` };
    case "verified_removed":
      return { account: record.account, to: masked(record.to), sentence: "A verified number was removed." };
    case "alert_settings_saved":
      return { account: record.settings.account, sentence: "Its alert settings were saved." };
    case "receiver_paused":
      return { account: record.account, sentence: `Nothing more is told to ${record.receiver} until it is resumed.` };
    case "receiver_resumed":
      return { account: record.account, sentence: `${record.receiver} is told again.` };
    case "notice_queued":
      if (record.notice.dialect === "alert")
        return {
          account: record.notice.account,
          sentence: `An alert is to be told to the channel ${record.notice.channel}.`,
        };
      return {
        account: record.notice.account,
        id: `msg_${record.notice.message}`,
        sentence: "The customer's server is to be told.",
      };
    case "notice_attempted":
      return {
        sentence: record.taken
          ? "The customer's server was told."
          : `The customer's server did not take it${record.nextAt === undefined ? "; given up" : ""}.`,
      };
    case "request_answered":
      return { account: record.account, sentence: `A request was answered with ${record.status}.` };
    case "incident_saved": {
      const { account, number, state, counts } = record.incident;
      const stopped = counts.held + counts.challenged + counts.blocked;
      return {
        account,
        sentence: `Incident ${number} is ${state.replaceAll("_", " ")}: ${counts.leaked} leaked, ${stopped} stopped, ${counts.wouldStop} would have been stopped.`,
      };
    }
    case "incident_judged":
      return {
        account: record.account,
        sentence: `Incident ${record.incident}: ${record.word.replaceAll("_", " ")} (${record.reason}).`,
      };
    case "range_contained":
      return {
        account: record.account,
        sentence: `A range was contained until ${new Date(record.until).toISOString()} (${record.reason}).`,
      };
    case "lockdown_set":
    case "bypass_set": {
      const what = record.type === "lockdown_set" ? "Lockdown" : "Bypass of detection";
      const span = record.until > record.at ? `until ${new Date(record.until).toISOString()}` : "ended";
      return { account: record.account, sentence: `${what} ${span} (${record.reason}).` };
    }
    case "detection_alert":
      return { account: record.account, sentence: record.sentence };
    case "alert_resolved":
      return { account: record.account, sentence: `No longer: ${record.code.replaceAll("_", " ")}.` };
    case "evidence_revealed":
      return { account: record.account, sentence: `The numbers of incident ${record.incident} were looked at.` };
    case "number_revealed":
      return {
        account: record.account,
        id: `msg_${record.message}`,
        sentence: "Its whole number was looked at.",
      };
    case "backtest_run":
      return { account: record.account, sentence: `Backtest ${record.backtest} was run.` };
    case "backtest_decisions_taken":
      return { account: record.account, sentence: `The decisions of backtest ${record.backtest} were taken.` };
    case "backtest_deleted":
      return { account: record.account, sentence: `Backtest ${record.backtest} was deleted.` };
    case "act_proposal_saved": {
      const { account, act, decision } = record.proposal;
      const state = decision?.outcome ?? "waits for approval";
      return { account, sentence: `To ${wordsOfAct(act)}: ${state}.` };
    }
    case "brand_saved":
      return { account: record.brand.account, sentence: "Its name, logo and colour were saved." };
    case "rollout_saved": {
      const { account, id, begun, stages } = record.rollout;
      return { account, sentence: `Roll-out ${id}: ${begun.length} of ${stages.length} stages begun.` };
    }
    case "rollout_step_done": {
      const { rollout, account, type, outcome } = record.step;
      return { account, sentence: `Roll-out ${rollout} ${type}: ${outcome.how.replaceAll("_", " ")}.` };
    }
    case "number_erased":
      return {
        ...(record.account !== undefined && { account: record.account }),
        sentence: `A number was erased; ${shownNumber(record.standIn)} stands in its place.`,
      };
    case "number_exported":
      return {
        ...(record.account !== undefined && { account: record.account }),
        sentence: `All that is kept of a number in ${record.range} was taken out.`,
      };
    case "member_saved":
      return { account: record.member.account, sentence: `Member ${record.member.id} was saved.` };
    case "audited":
      return {
        ...(record.row.account !== undefined && { account: record.row.account }),
        sentence: `Audit row ${record.row.number}: ${record.row.action.replaceAll("_", " ")}.`,
      };
    case "sending_resumed":
      return { sentence: `What waited in the restored store may be sent (${record.reason}).` };
    case "audit_exported":
      return { sentence: `The audit trail was exported: ${record.rows} rows.` };
    case "prices_replaced":
      return { sentence: `The prices were replaced: ${record.entries} entries.` };
    case "account_saved":
      return { account: record.account.id, sentence: `Account ${record.account.name} was saved.` };
    case "key_saved":
      return { account: record.key.account, sentence: `Key ${record.key.id} (${record.key.name}) was saved.` };
    case "revision_saved": {
      const { account, policy, number, state, reason } = record.revision;
      return { account, sentence: `Policy ${policy}: revision ${number} (${state.replace("_", " ")}): ${reason}` };
    }
    case "provider_saved":
      return { sentence: `Provider ${record.provider.id} was saved.` };
    case "provider_removed":
      return { sentence: `Provider ${record.provider} was removed.` };
    case "routes_saved":
      return { account: record.routes.account, sentence: "Its routes were saved." };
  }
}

const OUTCOME_WORDS: Readonly<Record<OutcomeKind, string>> = {
  delivered: "delivered",
  failed: "not delivered",
  verified: "the person completed the verification",
  activity: "the person did something real later",
  banned: "it was fraud",
};

/** `+31612345678` → `+3161*****78`. Anything else keeps at most its first four characters. */
function masked(number: string): string {
  const start = number.slice(0, number.length >= 10 ? 5 : 2);
  const end = number.length >= 10 ? number.slice(-2) : "";
  return `${start}${"*".repeat(Math.max(0, Math.min(number.length, 20) - start.length - end.length))}${end}`;
}
