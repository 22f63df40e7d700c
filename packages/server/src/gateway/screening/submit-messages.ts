import { failpoint } from "../../config/failpoint.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import { blockAnswer } from "../block-answer.ts";
import { decideChannels } from "../decide-channels.ts";
import type { Connector, SubmissionOutcome } from "../outbound/connector.ts";
import type { ScreeningResult } from "../screening-port.ts";
import { asking } from "./ask-engine.ts";
import { callConnectors } from "./call-connectors.ts";
import { optional } from "./optional.ts";
import { queueStopReport } from "./report-stop.ts";
import type { ScreeningParts, Underway } from "./screening-parts.ts";
import { waitEnded, waitEndOfOutcome } from "./wait-ended.ts";

/** One attempt for each; returns those that a provider definitely refused and that another may take. */
export async function submitMessages(
  parts: ScreeningParts,
  underway: readonly Underway[],
  results: (ScreeningResult | undefined)[],
): Promise<Underway[]> {
  failpoint("before-provider-call");
  const outcomes = await callConnectors(
    parts,
    underway.map((message) => [message, nextOf(message)]),
  );
  failpoint("after-provider-answer");
  const records: JournalRecord[] = [];
  const again: Underway[] = [];
  let notices = 0;
  const at = parts.now();
  for (const [position, message] of underway.entries()) {
    const { id, outgoing, recipient, segments } = message;
    const { account } = outgoing.principal;
    const connector = nextOf(message);
    const [, ...remaining] = message.remaining;
    const outcome = outcomes[position];
    if (outcome === undefined) throw new Error("a submission has no outcome");
    const [next] = remaining;
    const ended = {
      type: "submission_ended",
      message: id,
      at,
      provider: connector.id,
      attempt: message.attempt,
      outcome: withoutAnswer(outcome),
    } as const;
    const isErased = message.kept && parts.waiting?.hasEnded(id) === true;
    const isOver =
      isErased || parts.isSuspended?.(account.id) === true || at >= (message.validUntil ?? Number.POSITIVE_INFINITY);
    if (outcome.type !== "refused" || next === undefined || isOver) {
      records.push(ended);
      if (message.kept && !isErased) records.push(waitEnded(id, account.id, at, waitEndOfOutcome(outcome)));
      const { verdict, removedChannels } = message;
      results[message.index] = { type: "submitted", id, recipient, verdict, removedChannels, segments, outcome };
      continue;
    }
    const { policy, price } = message;
    // A channel that was taken off stays off, whatever the policy says by now. Detection has counted it.
    const left = { ...outgoing, channels: message.channels };
    const question = { recipient, policy, at, price, counted: message.verdict };
    const { channel, channels, removedChannels, verdict } = decideChannels(asking(parts, left), left, question);
    records.push({ ...ended, ...optional<"next", true>("next", verdict.action === "allow" ? true : undefined) });
    if (verdict.action === "allow") {
      const intent = { attempt: message.attempt + 1, provider: next.id };
      const removed = removedChannels.length === 0 ? undefined : removedChannels;
      const common = { type: "submission_intended", message: id, at, intent, verdict } as const;
      records.push({ ...common, ...optional("removedChannels", removed) });
      const attempt = { attempt: intent.attempt, remaining };
      again.push({
        ...message,
        channels,
        removedChannels: [...message.removedChannels, ...removedChannels],
        verdict,
        ...attempt,
      });
    } else {
      const answer = blockAnswer(outgoing.dialect, verdict, account.answers);
      records.push({ type: "message_stopped", message: id, at, channel, verdict, answer });
      if (message.kept) records.push(waitEnded(id, account.id, at, "stopped"));
      if (answer === "report") notices += queueStopReport(parts, records, id, outgoing, verdict, at);
      results[message.index] = { type: "stopped", id, recipient, verdict, segments, answer };
    }
  }
  await parts.journal.append(records);
  failpoint("after-outcome-write");
  if (notices > 0) parts.noticesQueued();
  return again;
}

/** The provider's answer may hold the text, and is not recorded. */
export function withoutAnswer(outcome: SubmissionOutcome): SubmissionOutcome {
  return outcome.type === "in_doubt" ? outcome : { ...outcome, answer: undefined };
}

function nextOf({ remaining: [connector] }: Underway): Connector {
  if (connector === undefined) throw new Error("a message on its way has no connector");
  return connector;
}
