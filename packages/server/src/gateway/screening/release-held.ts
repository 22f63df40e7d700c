import type { Channel } from "@safeguard/core";
import type { JournalRecord } from "../../store/journal-record.ts";
import { blockAnswer } from "../block-answer.ts";
import { decideChannels } from "../decide-channels.ts";
import { drawOf } from "../draw-of.ts";
import type { ScreeningResult, StoppingVerdict } from "../screening-port.ts";
import { asking } from "./ask-engine.ts";
import { NO_ROUTE } from "./no-route.ts";
import { optional } from "./optional.ts";
import { queueStopReport } from "./report-stop.ts";
import type { Held, ScreeningParts, Underway } from "./screening-parts.ts";
import { waitEnded } from "./wait-ended.ts";

/**
 * Waits until a held message may go or is stopped, deciding it again on the revision of that time. Empty: stopped, and its
 * result is filled in.
 */
export async function releaseHeld(
  parts: ScreeningParts,
  held: Held,
  results: (ScreeningResult | undefined)[],
): Promise<readonly Underway[]> {
  const { id, index, outgoing, recipient, segments, price, facts, kept } = held;
  const { account, key } = outgoing.principal;
  for (let { verdict } = held; ; ) {
    const inTime = await parts.held.until(verdict.until);
    const at = parts.now();
    const isErased = parts.waiting?.hasEnded(id) === true;
    const records: JournalRecord[] = [];
    const stop = async (stopping: StoppingVerdict, channel: Channel): Promise<readonly Underway[]> => {
      const answer = blockAnswer(outgoing.dialect, stopping, account.answers);
      records.push({ type: "message_stopped", message: id, at, channel, verdict: stopping, answer });
      if (kept && !isErased) records.push(waitEnded(id, account.id, at, "stopped"));
      const notices = answer === "report" ? queueStopReport(parts, records, id, outgoing, stopping, at) : 0;
      await parts.journal.append(records);
      if (notices > 0) parts.noticesQueued();
      results[index] = { type: "stopped", id, recipient, verdict: stopping, segments, answer };
      return [];
    };
    const isOver = !inTime || isErased || at >= held.expiresAt;
    if (isOver || parts.isSuspended?.(account.id) === true) return stop(verdict, outgoing.channels[0]);
    const policy = parts.policyFor(outgoing);
    const question = { recipient, policy, at, price, draw: drawOf(id), heldSince: outgoing.at, id, facts };
    const decided = decideChannels(asking(parts, outgoing), outgoing, question);
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
      if (kept) records.push(waitEnded(id, account.id, at, "refused"));
      await parts.journal.append(records);
      const { verdict: released } = decided;
      results[index] = { type: "submitted", id, recipient, verdict: released, removedChannels, segments, outcome };
      return [];
    }
    await parts.journal.append(records);
    const { verdict: released } = decided;
    const route = { remaining: [connector, ...remaining], attempt: 1 };
    return [{ ...held, channels, removedChannels, verdict: released, validUntil: held.expiresAt, ...route }];
  }
}
