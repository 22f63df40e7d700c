import { parseRecipient } from "@safeguard/core";
import { failpoint } from "../../config/failpoint.ts";
import { limitFacts } from "../../limits/limit-facts.ts";
import type { JournalRecord, MessageDecided, MessageWaits } from "../../store/journal-record.ts";
import { blockAnswer } from "../block-answer.ts";
import { type DecidedChannels, decideChannels, purposeOf } from "../decide-channels.ts";
import { drawOf } from "../draw-of.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import type { ScreeningResult, StoppingVerdict } from "../screening-port.ts";
import { countSegments } from "../segments.ts";
import { defaultExpiry, type SendingPlan, sendingPlan } from "../submissions/sending-plan.ts";
import { writeWaitingContent } from "../submissions/waiting-content.ts";
import { asking, byRulesOnly, isCounted } from "./ask-engine.ts";
import { NO_ROUTE, QUEUE_FULL } from "./no-route.ts";
import { optional } from "./optional.ts";
import { queueStopReport } from "./report-stop.ts";
import type { Decided, Held, ScreeningParts, Underway } from "./screening-parts.ts";

type LaterPlan = Extract<SendingPlan, { readonly later: true }>;

/**
 * Decides every message and records the decisions with their intents; fills the results of those that end here, or wait
 * without their client. Up to `append` nothing may wait: the order of decisions is the order of the journal.
 */
export async function decideMessages(
  parts: ScreeningParts,
  messages: readonly OutgoingMessage[],
  results: (ScreeningResult | undefined)[],
): Promise<{ readonly underway: readonly Underway[]; readonly held: readonly Held[] }> {
  const records: JournalRecord[] = [];
  const underway: Underway[] = [];
  const held: Held[] = [];
  const waits: MessageWaits[] = [];
  let notices = 0;
  for (const [index, outgoing] of messages.entries()) {
    const { account, key } = outgoing.principal;
    const id = parts.journal.upcomingId(records.length);
    const parsed = parseRecipient(outgoing.to, outgoing.dialect);
    if (!parsed.ok) {
      records.push({
        type: "message_rejected",
        id,
        at: outgoing.at,
        account: account.id,
        key: key.id,
        dialect: outgoing.dialect,
        text: outgoing.to.slice(0, 64),
        rejection: parsed,
        ...optional("reference", outgoing.reference),
      });
      results[index] = { type: "rejected", id, rejection: parsed };
      continue;
    }
    const { recipient } = parsed;
    const policy = parts.policyFor(outgoing);
    const segments = outgoing.text === undefined ? 1 : countSegments(outgoing.text);
    const price = parts.prices.price(recipient, segments, account.currency);
    const facts = limitFacts(parts, account, policy, outgoing.at, { recipient, segments, text: outgoing.text });
    const message: Decided = { id, outgoing, recipient, policy, segments, price, facts };
    const plan = parts.waiting === undefined ? AT_ONCE : sendingPlan(outgoing);
    // What detection and limits say now is nothing to a message that is sent another day: they are asked then.
    const isScheduled = plan.later && plan.dueAt > outgoing.at;
    const counts = !isScheduled && isCounted(parts, outgoing);
    const ask = isScheduled ? byRulesOnly(parts) : asking(parts, outgoing);
    const question = { recipient, policy, at: outgoing.at, price, draw: drawOf(id), id, facts };
    const decided = decideChannels(ask, outgoing, question);
    const { verdict, channels, removedChannels } = decided;
    const isHold = verdict.action === "hold";
    const hasRoom = plan.later && (parts.waiting?.roomFor(account.id) ?? 0) > waitingOf(waits, account.id);
    const waitsHeld = isHold && (plan.later ? hasRoom && parts.waiting?.mayHold() === true : parts.held.enter());
    const [connector, ...remaining] =
      verdict.action === "allow" || waitsHeld
        ? parts.providers.connectorsFor(account.id, recipient.candidates[0], key.mode)
        : [];
    const submitsNow = verdict.action === "allow" && !plan.later;
    const answer =
      verdict.action === "allow" || waitsHeld ? undefined : blockAnswer(outgoing.dialect, verdict, account.answers);
    const record: MessageDecided = {
      type: "message_decided",
      id,
      at: outgoing.at,
      account: account.id,
      key: key.id,
      dialect: outgoing.dialect,
      to: recipient.e164,
      candidates: recipient.candidates,
      ...optional("twin", recipient.twin),
      numberType: recipient.type,
      valid: recipient.valid,
      originator: outgoing.originator,
      channel: decided.channel,
      channels,
      removedChannels,
      ...optional("counted", decided.counted),
      purpose: purposeOf(outgoing),
      riskCheck: outgoing.riskCheck,
      ...optional("endUserAddress", outgoing.endUserAddress),
      ...optional("device", outgoing.device),
      ...optional("reference", outgoing.reference),
      ...optional("callback", outgoing.callback),
      segments,
      ...optional("price", price),
      ...facts,
      ...optional("keys", outgoing.keys),
      ...optional<"uncounted", true>("uncounted", counts ? undefined : true),
      verdict,
      ...optional("answer", answer),
      ...optional("intent", submitsNow && connector !== undefined ? { attempt: 1, provider: connector.id } : undefined),
    };
    records.push(record);
    const once = parts.once?.recordOf(outgoing, id);
    if (once !== undefined) records.push(once);

    if (verdict.action !== "allow" && !waitsHeld) {
      const stopping: StoppingVerdict = verdict;
      if (answer === "report") notices += queueStopReport(parts, records, id, outgoing, stopping, outgoing.at);
      results[index] = { type: "stopped", id, recipient, verdict: stopping, segments, answer: answer ?? "reject" };
    } else if (verdict.action === "allow" && (connector === undefined || (plan.later && !hasRoom))) {
      const outcome = connector === undefined ? NO_ROUTE : QUEUE_FULL;
      records.push({ type: "submission_ended", message: id, at: outgoing.at, provider: "none", attempt: 0, outcome });
      results[index] = { type: "submitted", id, recipient, verdict, removedChannels, segments, outcome };
    } else if (plan.later) {
      const wait = waitFor(message, decided, plan, connector?.id ?? "none");
      records.push(wait);
      waits.push(wait);
      const { state, sendAt, expiresAt } = wait;
      results[index] = { type: "waits", id, recipient, verdict, removedChannels, segments, state, sendAt, expiresAt };
    } else if (verdict.action === "hold") {
      const kept = parts.waiting !== undefined;
      const { validUntil } = plan;
      const expiresAt = validUntil ?? defaultExpiry(outgoing, verdict.until);
      if (kept) {
        // Its client waits with it; should this process end first, it goes on without.
        const { at } = outgoing;
        records.push(waitFor(message, decided, { dueAt: at, expiresAt, sendAt: undefined }, connector?.id ?? "none"));
        parts.waiting?.claim(id);
      }
      held.push({ ...message, index, verdict, kept, expiresAt });
    } else if (connector !== undefined) {
      const { validUntil } = plan;
      const sending = { channels, removedChannels, verdict, validUntil, remaining: [connector, ...remaining] };
      underway.push({ ...message, index, ...sending, attempt: 1, kept: false });
    }
  }
  failpoint("before-intent-write");
  await parts.journal.append(records);
  failpoint("after-intent-write");
  if (waits.length > 0) parts.waiting?.added(waits);
  if (notices > 0) parts.noticesQueued();
  return { underway, held };
}

const AT_ONCE: SendingPlan = { later: false, validUntil: undefined };

/** Of those that were taken in with this request. */
function waitingOf(waits: readonly MessageWaits[], account: MessageWaits["account"]): number {
  let count = 0;
  for (const wait of waits) if (wait.account === account) count++;
  return count;
}

function waitFor(
  message: Decided,
  { verdict, channels }: DecidedChannels,
  { dueAt, expiresAt, sendAt }: Pick<LaterPlan, "dueAt" | "expiresAt" | "sendAt">,
  provider: string,
): MessageWaits {
  const { id, outgoing, recipient, segments, price, facts } = message;
  const { at } = outgoing;
  const isHold = verdict.action === "hold";
  const isScheduled = dueAt > at;
  return {
    type: "message_waits",
    message: id,
    at,
    account: outgoing.principal.account.id,
    state: isHold ? "held" : isScheduled ? "scheduled" : "queued",
    dueAt: isHold ? verdict.until : dueAt,
    expiresAt,
    provider,
    attempts: 0,
    tries: 0,
    ...optional("sendAt", sendAt),
    ...optional("heldSince", isHold ? at : undefined),
    ...optional<"uncounted", true>("uncounted", isScheduled ? true : undefined),
    content: writeWaitingContent(outgoing, { recipient, segments, price, facts, verdict, channels }),
  };
}
