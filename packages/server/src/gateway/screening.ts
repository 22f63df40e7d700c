import {
  type Channel,
  type Engine,
  type EpochMilliseconds,
  parseRecipient,
  type Recipient,
  type Verdict,
} from "@safeguard/core";
import type { TrialTraffic } from "../detection/trial-traffic.ts";
import { type LimitFacts, limitFacts } from "../limits/limit-facts.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Journal } from "../store/journal.ts";
import type { JournalRecord, MessageDecided, Money } from "../store/journal-record.ts";
import { blockAnswer } from "./block-answer.ts";
import { blockReport } from "./block-report.ts";
import { type AskChannel, decideChannels, purposeOf } from "./decide-channels.ts";
import { drawOf } from "./draw-of.ts";
import { noticesFor } from "./feedback/notices-for.ts";
import type { HeldMessages } from "./held-messages.ts";
import type { MessageId } from "./message-id.ts";
import type { Connector, Submission, SubmissionOutcome } from "./outbound/connector.ts";
import type { ProviderTable } from "./outbound/provider-table.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { Screening, ScreeningResult, StoppingVerdict } from "./screening-port.ts";
import { countSegments } from "./segments.ts";

/** What screening asks of the engine. */
export type DecidingEngine = Pick<
  Engine,
  "decide" | "decideByRules" | "limitNeeds" | "preview" | "previewByRules" | "reconsider" | "reconsiderByRules"
>;

/** What screening needs of the rest. */
export interface ScreeningParts {
  readonly journal: Journal;
  readonly engine: DecidingEngine;
  readonly held: HeldMessages;
  /** Which messages count in detection; absent: all. */
  readonly trial?: Pick<TrialTraffic, "counts">;
  policyFor(message: OutgoingMessage): string;
  /** Is the account, or one above it, suspended? What it has waiting then goes nowhere. Absent: none is. */
  isSuspended?(account: OutgoingMessage["principal"]["account"]["id"]): boolean;
  readonly providers: ProviderTable;
  readonly prices: PriceList;
  /** Stands for a text without telling it; the same for the same text. */
  contentOf(text: string): string;
  callbackUrl(connector: Connector, message: MessageId): string | undefined;
  now(): EpochMilliseconds;
  /** New notices stand in the journal. */
  noticesQueued(): void;
}

/** A decided message, with what is needed to decide it again. */
interface Decided {
  readonly index: number;
  readonly id: MessageId;
  readonly outgoing: OutgoingMessage;
  readonly recipient: Recipient;
  readonly policy: string;
  readonly segments: number;
  readonly price: Money | undefined;
  readonly facts: LimitFacts;
}

/** Waits until it may be decided again. */
interface Held extends Decided {
  readonly verdict: Extract<Verdict, { readonly action: "hold" }>;
}

/** A message on its way. */
interface Underway extends Decided {
  channels: readonly [Channel, ...Channel[]];
  removedChannels: readonly Channel[];
  verdict: Verdict;
  /** Not yet tried, in order. */
  remaining: readonly Connector[];
  attempt: number;
}

/** How many calls to a connector that takes one message at a time may run at once for one request. */
const CALLS_AT_ONCE = 64;

/**
 * The gateway's heart, and the only file that sees message, decision and submission together. Each step is durable before
 * the next begins: the decision with its intent, then the call to the provider, then its outcome, then the answer. What is
 * held waits here, with its client, and is decided again when its time has come.
 */
export function createScreening(parts: ScreeningParts): Screening {
  const submitToTheEnd = async (
    first: readonly Underway[],
    results: (ScreeningResult | undefined)[],
  ): Promise<void> => {
    for (let underway = first; underway.length > 0; ) underway = await submitAll(parts, underway, results);
  };
  return {
    async send(messages) {
      const results = new Array<ScreeningResult | undefined>(messages.length);
      const { underway, held } = await decideAll(parts, messages, results);
      const released = held.map(async (message) => {
        const first = await release(parts, message, results).finally(() => parts.held.leave());
        await submitToTheEnd(first, results);
      });
      // Also where one fails, nothing goes on behind the answer.
      const ends = await Promise.allSettled([submitToTheEnd(underway, results), ...released]);
      for (const end of ends) if (end.status === "rejected") throw end.reason;
      return results.map((result, index) => {
        if (result === undefined) throw new Error(`message ${index} of ${messages.length} was left without a result`);
        return result;
      });
    },
    preview(messages) {
      return messages.map((outgoing) => {
        const parsed = parseRecipient(outgoing.to, outgoing.dialect);
        if (!parsed.ok) return parsed;
        const question = { recipient: parsed.recipient, policy: parts.policyFor(outgoing), at: outgoing.at };
        return decideChannels(previewing(parts, outgoing), outgoing, question).verdict;
      });
    },
  };
}

/** Asks the engine; the message counts. */
function counting({ engine }: ScreeningParts, { riskCheck }: OutgoingMessage): AskChannel {
  if (riskCheck === "disable") {
    return (message, policy, counted) =>
      counted === undefined ? engine.decideByRules(message, policy) : engine.reconsiderByRules(message, policy);
  }
  return (message, policy, counted) =>
    counted === undefined ? engine.decide(message, policy) : engine.reconsider(message, policy, counted);
}

/** Asks the engine, and changes nothing. */
function previewing({ engine }: ScreeningParts, { riskCheck }: OutgoingMessage): AskChannel {
  if (riskCheck === "disable") return (message, policy) => engine.previewByRules(message, policy);
  return (message, policy, counted) =>
    counted === undefined ? engine.preview(message, policy) : engine.reconsider(message, policy, counted);
}

/** Decides every message and records the decisions with their intents; fills the results of those that end here. Up to `append` nothing may wait: the order of decisions is the order of the journal. */
async function decideAll(
  parts: ScreeningParts,
  messages: readonly OutgoingMessage[],
  results: (ScreeningResult | undefined)[],
): Promise<{ readonly underway: readonly Underway[]; readonly held: readonly Held[] }> {
  const records: JournalRecord[] = [];
  const underway: Underway[] = [];
  const held: Held[] = [];
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
    const question = { recipient, policy, at: outgoing.at, price, draw: drawOf(id), id, facts };
    const counts = parts.trial?.counts(account.id, key.mode) ?? true;
    const decided = decideChannels((counts ? counting : previewing)(parts, outgoing), outgoing, question);
    const waits = decided.verdict.action === "hold" && parts.held.enter();
    const [connector, ...remaining] =
      decided.verdict.action === "allow"
        ? parts.providers.connectorsFor(account.id, recipient.candidates[0], key.mode)
        : [];
    const answer =
      decided.verdict.action === "allow" || waits
        ? undefined
        : blockAnswer(outgoing.dialect, decided.verdict, account.answers);
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
      channels: decided.channels,
      removedChannels: decided.removedChannels,
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
      verdict: decided.verdict,
      ...optional("answer", answer),
      ...optional("intent", connector === undefined ? undefined : { attempt: 1, provider: connector.id }),
    };
    records.push(record);

    if (decided.verdict.action === "hold" && waits) {
      held.push({ index, id, outgoing, recipient, policy, segments, price, facts, verdict: decided.verdict });
    } else if (decided.verdict.action !== "allow") {
      const verdict: StoppingVerdict = decided.verdict;
      if (answer === "report") notices += queueReport(parts, records, id, outgoing, verdict, outgoing.at);
      results[index] = { type: "stopped", id, recipient, verdict, segments, answer: answer ?? "reject" };
    } else if (connector === undefined) {
      const outcome = NO_ROUTE;
      records.push({ type: "submission_ended", message: id, at: outgoing.at, provider: "none", attempt: 0, outcome });
      results[index] = {
        type: "submitted",
        id,
        recipient,
        verdict: decided.verdict,
        removedChannels: decided.removedChannels,
        segments,
        outcome,
      };
    } else {
      underway.push({
        index,
        id,
        outgoing,
        recipient,
        policy,
        segments,
        price,
        facts,
        channels: decided.channels,
        removedChannels: decided.removedChannels,
        verdict: decided.verdict,
        remaining: [connector, ...remaining],
        attempt: 1,
      });
    }
  }
  await parts.journal.append(records);
  if (notices > 0) parts.noticesQueued();
  return { underway, held };
}

/**
 * Waits until a held message may go or is stopped, deciding it again on the revision of that time. Empty: stopped, and its
 * result is filled in.
 */
async function release(
  parts: ScreeningParts,
  held: Held,
  results: (ScreeningResult | undefined)[],
): Promise<readonly Underway[]> {
  const { id, index, outgoing, recipient, segments, price, facts } = held;
  const { account, key } = outgoing.principal;
  for (let { verdict } = held; ; ) {
    const inTime = await parts.held.until(verdict.until);
    const at = parts.now();
    const records: JournalRecord[] = [];
    const stop = async (stopping: StoppingVerdict, channel: Channel): Promise<readonly Underway[]> => {
      const answer = blockAnswer(outgoing.dialect, stopping, account.answers);
      records.push({ type: "message_stopped", message: id, at, channel, verdict: stopping, answer });
      const notices = answer === "report" ? queueReport(parts, records, id, outgoing, stopping, at) : 0;
      await parts.journal.append(records);
      if (notices > 0) parts.noticesQueued();
      results[index] = { type: "stopped", id, recipient, verdict: stopping, segments, answer };
      return [];
    };
    if (!inTime || parts.isSuspended?.(account.id) === true) return stop(verdict, outgoing.channels[0]);
    const policy = parts.policyFor(outgoing);
    const question = { recipient, policy, at, price, draw: drawOf(id), heldSince: outgoing.at, id, facts };
    const decided = decideChannels(counting(parts, outgoing), outgoing, question);
    if (decided.verdict.action === "hold") {
      verdict = decided.verdict;
      await parts.journal.append([{ type: "message_held", message: id, at, verdict }]);
      continue;
    }
    if (decided.verdict.action !== "allow") return stop(decided.verdict, decided.channel);
    const [connector, ...remaining] = parts.providers.connectorsFor(account.id, recipient.candidates[0], key.mode);
    const { channels, removedChannels } = decided;
    records.push({
      type: "submission_intended",
      message: id,
      at,
      intent: { attempt: 1, provider: connector?.id ?? "none" },
      verdict: decided.verdict,
      ...optional("removedChannels", removedChannels.length === 0 ? undefined : removedChannels),
    });
    if (connector === undefined) {
      const outcome = NO_ROUTE;
      records.push({ type: "submission_ended", message: id, at, provider: "none", attempt: 1, outcome });
      await parts.journal.append(records);
      results[index] = {
        type: "submitted",
        id,
        recipient,
        verdict: decided.verdict,
        removedChannels,
        segments,
        outcome,
      };
      return [];
    }
    await parts.journal.append(records);
    const { verdict: released } = decided;
    return [
      { ...held, channels, removedChannels, verdict: released, remaining: [connector, ...remaining], attempt: 1 },
    ];
  }
}

/** One attempt for each; returns those that a provider definitely refused and that another may take. */
async function submitAll(
  parts: ScreeningParts,
  underway: readonly Underway[],
  results: (ScreeningResult | undefined)[],
): Promise<Underway[]> {
  const outcomes = await callConnectors(parts, underway);
  const records: JournalRecord[] = [];
  const again: Underway[] = [];
  let notices = 0;
  const at = parts.now();
  for (const [position, message] of underway.entries()) {
    const [connector, ...remaining] = message.remaining;
    const outcome = outcomes[position];
    if (connector === undefined || outcome === undefined) throw new Error("a submission has no outcome");
    const [next] = remaining;
    const ended = {
      type: "submission_ended",
      message: message.id,
      at,
      provider: connector.id,
      attempt: message.attempt,
      outcome: outcome.type === "in_doubt" ? outcome : { ...outcome, answer: undefined },
    } as const;
    if (outcome.type === "refused" && next !== undefined) {
      const { id, outgoing, recipient, segments, policy, price } = message;
      // A channel that was taken off stays off, whatever the policy says by now. Detection has counted it.
      const left = { ...outgoing, channels: message.channels };
      const { channel, channels, removedChannels, verdict } = decideChannels(counting(parts, left), left, {
        recipient,
        policy,
        at,
        price,
        counted: message.verdict,
      });
      records.push({ ...ended, ...optional<"next", true>("next", verdict.action === "allow" ? true : undefined) });
      if (verdict.action === "allow") {
        const intent = { attempt: message.attempt + 1, provider: next.id };
        const removed = removedChannels.length === 0 ? undefined : removedChannels;
        records.push({
          type: "submission_intended",
          message: id,
          at,
          intent,
          verdict,
          ...optional("removedChannels", removed),
        });
        again.push({
          ...message,
          channels,
          removedChannels: [...message.removedChannels, ...removedChannels],
          verdict,
          remaining,
          attempt: intent.attempt,
        });
      } else {
        const answer = blockAnswer(outgoing.dialect, verdict, outgoing.principal.account.answers);
        records.push({ type: "message_stopped", message: id, at, channel, verdict, answer });
        if (answer === "report") notices += queueReport(parts, records, id, outgoing, verdict, at);
        results[message.index] = { type: "stopped", id, recipient, verdict, segments, answer };
      }
      continue;
    }
    records.push(ended);
    results[message.index] = {
      type: "submitted",
      id: message.id,
      recipient: message.recipient,
      verdict: message.verdict,
      removedChannels: message.removedChannels,
      segments: message.segments,
      outcome,
    };
  }
  await parts.journal.append(records);
  if (notices > 0) parts.noticesQueued();
  return again;
}

/** Adds the notices of a message that was stopped and counts as accepted; returns how many. */
function queueReport(
  parts: ScreeningParts,
  records: JournalRecord[],
  id: MessageId,
  { principal: { account, key }, dialect, callback }: OutgoingMessage,
  verdict: StoppingVerdict,
  at: EpochMilliseconds,
): number {
  const message = { id, account: account.id, key: key.id, dialect, callback };
  const notices = noticesFor(message, account, blockReport(dialect, verdict, at));
  for (const notice of notices)
    records.push({ type: "notice_queued", id: parts.journal.upcomingId(records.length), at, notice });
  return notices.length;
}

/** Gives each message to the connector that is next for it: in batches where it takes them, side by side where not. */
async function callConnectors(
  parts: ScreeningParts,
  underway: readonly Underway[],
): Promise<readonly (SubmissionOutcome | undefined)[]> {
  const [only] = underway;
  const next = only?.remaining[0];
  // One message, as in most requests.
  if (only !== undefined && next !== undefined && underway.length === 1) {
    return next.submit([submissionOf(parts, next, only)]);
  }
  const outcomes = new Array<SubmissionOutcome | undefined>(underway.length);
  const positions = new Map<Connector, number[]>();
  for (const [position, message] of underway.entries()) {
    const [connector] = message.remaining;
    if (connector === undefined) continue;
    const list = positions.get(connector);
    if (list === undefined) positions.set(connector, [position]);
    else list.push(position);
  }
  const calls: (() => Promise<void>)[] = [];
  for (const [connector, list] of positions) {
    for (let start = 0; start < list.length; start += connector.maxBatch) {
      const chunk = list.slice(start, start + connector.maxBatch);
      calls.push(async () => {
        const batch = chunk.flatMap((position) => {
          const message = underway[position];
          return message === undefined ? [] : [submissionOf(parts, connector, message)];
        });
        const ended = await connector.submit(batch);
        for (const [offset, position] of chunk.entries()) outcomes[position] = ended[offset];
      });
    }
  }
  const waiting = calls.values();
  const lanes = Array.from({ length: Math.min(CALLS_AT_ONCE, calls.length) }, async () => {
    for (const call of waiting) await call();
  });
  await Promise.all(lanes);
  return outcomes;
}

function submissionOf(parts: ScreeningParts, connector: Connector, message: Underway): Submission {
  return {
    id: message.id,
    account: message.outgoing.principal.account.id,
    to: message.recipient.e164,
    originator: message.outgoing.originator,
    text: message.outgoing.text,
    channels: message.channels,
    channelsDeclared: message.outgoing.channelsDeclared,
    wire: message.outgoing.wire,
    callbackUrl: parts.callbackUrl(connector, message.id),
  };
}

/** The provider's answer when there is no provider. */
const NO_ROUTE: SubmissionOutcome = {
  type: "refused",
  kind: "unavailable",
  code: "no_route",
  text: "No provider is configured for this destination.",
  answer: undefined,
};

/** `{ [name]: value }`, or nothing when the value is undefined: records hold no undefined fields. */
function optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in Name]?: Value });
}
