import { parseRecipient } from "@safeguard/core";
import { decideChannels } from "./decide-channels.ts";
import { previewing } from "./screening/ask-engine.ts";
import { decideMessages } from "./screening/decide-messages.ts";
import { releaseHeld } from "./screening/release-held.ts";
import type { ScreeningParts, Underway } from "./screening/screening-parts.ts";
import { submitMessages } from "./screening/submit-messages.ts";
import type { Screening, ScreeningResult } from "./screening-port.ts";

/**
 * The gateway's heart, where message, decision and submission meet. Each step is durable before the next begins: the
 * decision with its intent, then the call to the provider, then its outcome, then the answer. What is held waits with its
 * client, and is decided again when its time has come; what is to be sent later is left to the queue.
 */
export function createScreening(parts: ScreeningParts): Screening {
  const submitToTheEnd = async (
    first: readonly Underway[],
    results: (ScreeningResult | undefined)[],
  ): Promise<void> => {
    for (let underway = first; underway.length > 0; ) underway = await submitMessages(parts, underway, results);
  };
  return {
    async send(messages) {
      const results = new Array<ScreeningResult | undefined>(messages.length);
      const { underway, held } = await decideMessages(parts, messages, results);
      const released = held.map(async (message) => {
        try {
          const first = await releaseHeld(parts, message, results).finally(() => parts.held.leave());
          await submitToTheEnd(first, results);
        } finally {
          parts.waiting?.unclaim(message.id);
        }
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
