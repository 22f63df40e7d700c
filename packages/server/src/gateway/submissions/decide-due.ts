import type { EpochMilliseconds, Verdict } from "@safeguard/core";
import { limitFacts } from "../../limits/limit-facts.ts";
import type { MessageDue } from "../../store/journal-record.ts";
import { tellsOfSending } from "../../store/message-progress.ts";
import type { MessageView, WaitingMessage } from "../../store/store.ts";
import { type DecidedChannels, decideChannels, purposeOf } from "../decide-channels.ts";
import { drawOf } from "../draw-of.ts";
import { isDeliveryStatus } from "../feedback/delivery-order.ts";
import type { Connector } from "../outbound/connector.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { asking, isCounted } from "../screening/ask-engine.ts";
import { NO_ROUTE } from "../screening/no-route.ts";
import { optional } from "../screening/optional.ts";
import { queueStopReport } from "../screening/report-stop.ts";
import { waitEnded } from "../screening/wait-ended.ts";
import { type Batch, type Due, type DueParts, type Leaving, principalOf, waitOn } from "./due-message.ts";
import { endUnsent } from "./end-unsent.ts";
import { endRefused, mayGoElsewhere } from "./record-outcome.ts";
import { outgoingOf, type WaitingContent } from "./waiting-content.ts";
import { stateOfWaiting, step, waitEndOf } from "./waiting-state.ts";

/** Takes a message whose time has come up to its intent, which is then in the batch. Undefined: it waits on, or has ended. */
export function decideDue(
  parts: DueParts,
  batch: Batch,
  waiting: WaitingMessage,
  content: WaitingContent,
  view: MessageView | undefined,
  at: EpochMilliseconds,
): Leaving | undefined {
  const { id, account } = waiting;
  const principal = principalOf(parts.directory, waiting, content);
  const isSuspended =
    principal === undefined ||
    parts.directory.isSuspended(account) ||
    principal.key.suspendedAt !== undefined ||
    principal.key.revokedAt !== undefined;
  if (view !== undefined && isDeliveryStatus(view.status) && tellsOfSending(view.status)) {
    step(stateOfWaiting(waiting), { type: "taken" });
    batch.records.push(waitEnded(id, account, at, "submitted"));
    return undefined;
  }
  const outgoing = principal && outgoingOf(content, principal);
  if (outgoing === undefined || isSuspended || at >= waiting.expiresAt) {
    const how = isSuspended ? "suspended" : "expired";
    batch.notices += endUnsent(parts, batch.records, waiting, outgoing, how, at);
    return undefined;
  }
  const counted = view?.verdict ?? content.verdict;
  const due: Due = { waiting, content, outgoing, counted, state: stateOfWaiting(waiting) };
  const { recipient } = content;
  const route = parts.providers.connectorsFor(account, recipient.candidates[0], outgoing.principal.key.mode);
  const place = Math.max(
    0,
    route.findIndex(({ id: provider }) => provider === waiting.provider),
  );
  const connector = route[place];
  if (connector !== undefined && connector.id !== waiting.provider) {
    if (!mayGoElsewhere(waiting, outgoing)) {
      // It stays in doubt.
      step(due.state, { type: "canceled" });
      batch.records.push(waitEnded(id, account, at, "in_doubt"));
      return undefined;
    }
    // Its route was changed: it gets in line where it is to go.
    waitOn(batch, due, at, at, { provider: connector.id, tries: 0 });
    return undefined;
  }
  return decideAgain(parts, batch, due, connector, route[place + 1], at);
}

function decideAgain(
  parts: DueParts,
  batch: Batch,
  due: Due,
  connector: Connector | undefined,
  next: Connector | undefined,
  at: EpochMilliseconds,
): Leaving | undefined {
  const { waiting, content, outgoing } = due;
  const { id } = waiting;
  const { recipient, segments } = content;
  const { account } = outgoing.principal;
  const policy = parts.policyFor(outgoing);
  // What was taken off stays off, whatever the policy says by now.
  const [first, ...rest] = content.channels.filter((channel) => !waiting.removedChannels.includes(channel));
  if (first === undefined) throw new Error("a waiting message has no channel left");
  const left: OutgoingMessage = { ...outgoing, channels: [first, ...rest] };
  const price = waiting.uncounted ? parts.prices.price(recipient, segments, account.currency) : content.price;
  const facts = waiting.uncounted
    ? limitFacts(parts, account, policy, at, { recipient, segments, text: outgoing.text })
    : content.facts;
  const isFirst = waiting.uncounted || waiting.state === "held";
  const { heldSince } = waiting;
  const decided = decideChannels(asking(parts, left), left, {
    recipient,
    policy,
    at,
    price,
    ...(isFirst ? { draw: drawOf(id), id, facts } : { counted: due.counted }),
    ...(heldSince !== undefined && { heldSince }),
  });
  const { verdict, channel } = decided;
  if (waiting.uncounted) batch.records.push(dueRecord(parts, due, decided, price, facts, at));
  due.state = step(due.state, { type: "decided", action: verdict.action });
  const end = waitEndOf(due.state);
  if (verdict.action === "hold") {
    holdOn(batch, due, verdict, at);
    return undefined;
  }
  if (verdict.action !== "allow") {
    if (end === "in_doubt") {
      batch.records.push(waitEnded(id, waiting.account, at, end));
      return undefined;
    }
    batch.records.push(
      { type: "message_stopped", message: id, at, channel, verdict, answer: "report" },
      waitEnded(id, waiting.account, at, "stopped"),
    );
    batch.notices += queueStopReport(parts, batch.records, id, outgoing, verdict, at);
    return undefined;
  }
  const attempt = waiting.attempts + 1;
  due.state = step(due.state, { type: "intended" });
  batch.records.push({
    type: "submission_intended",
    message: id,
    at,
    intent: { attempt, provider: connector?.id ?? "none" },
    verdict,
    ...optional("removedChannels", decided.removedChannels.length === 0 ? undefined : decided.removedChannels),
  });
  const removed = [...waiting.removedChannels, ...decided.removedChannels];
  const message = { id, outgoing, recipient, policy, segments, price, facts, channels: decided.channels };
  const again: Due = { ...due, waiting: { ...waiting, removedChannels: removed, uncounted: false } };
  const leaving = { ...message, validUntil: waiting.expiresAt, due: again, next, attempt };
  if (connector === undefined) {
    endRefused(parts, batch, again, "none", attempt, NO_ROUTE, at);
    return undefined;
  }
  return { ...leaving, connector };
}

/** It waits for detection; what had an attempt already keeps its place in the queue. */
function holdOn(
  batch: Batch,
  due: Due,
  verdict: Extract<Verdict, { readonly action: "hold" }>,
  at: EpochMilliseconds,
): void {
  const { waiting } = due;
  if (due.state.name === "held") {
    if (!waiting.uncounted) batch.records.push({ type: "message_held", message: waiting.id, at, verdict });
    waitOn(batch, due, at, verdict.until, { heldSince: waiting.heldSince ?? at });
  } else waitOn(batch, due, at, verdict.until, {});
}

/** What detection and limits counted when a scheduled message was due, in full: so that it can be counted again. */
function dueRecord(
  parts: DueParts,
  { waiting, content, outgoing }: Due,
  decided: DecidedChannels,
  price: MessageDue["price"],
  facts: Pick<MessageDue, "content" | "pricesIn">,
  at: EpochMilliseconds,
): MessageDue {
  const { recipient, segments } = content;
  const { account, key } = outgoing.principal;
  return {
    type: "message_due",
    message: waiting.id,
    at,
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
    channels: decided.channels,
    removedChannels: decided.removedChannels,
    ...optional("counted", decided.counted),
    purpose: purposeOf(outgoing),
    riskCheck: outgoing.riskCheck,
    ...optional("endUserAddress", outgoing.endUserAddress),
    ...optional("device", outgoing.device),
    segments,
    ...optional("price", price),
    ...facts,
    ...optional("keys", outgoing.keys),
    ...optional<"uncounted", true>("uncounted", isCounted(parts, outgoing) ? undefined : true),
    verdict: decided.verdict,
  };
}
