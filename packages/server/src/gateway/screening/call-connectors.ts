import type { EpochMilliseconds } from "@safeguard/core";
import type { Connector, Submission, SubmissionOutcome } from "../outbound/connector.ts";
import type { ScreeningParts, Sendable } from "./screening-parts.ts";

/** How many calls to a connector that takes one message at a time may run at once for one request. */
const CALLS_AT_ONCE = 64;

type CallParts = Pick<ScreeningParts, "callbackUrl" | "spent" | "now">;

/** Gives each message to its connector, in batches where it takes them, side by side where not. Outcomes in the order given. */
export async function callConnectors(
  parts: CallParts,
  messages: readonly (readonly [message: Sendable, connector: Connector])[],
): Promise<readonly (SubmissionOutcome | undefined)[]> {
  const [only] = messages;
  // One message, as in most requests.
  if (only !== undefined && messages.length === 1) {
    const [message, connector] = only;
    parts.spent?.(connector, 1);
    return connector.submit([submissionOf(parts, connector, message)]);
  }
  const outcomes = new Array<SubmissionOutcome | undefined>(messages.length);
  const positions = new Map<Connector, number[]>();
  for (const [position, [, connector]] of messages.entries()) {
    const list = positions.get(connector);
    if (list === undefined) positions.set(connector, [position]);
    else list.push(position);
  }
  const calls: (() => Promise<void>)[] = [];
  for (const [connector, list] of positions) {
    parts.spent?.(connector, list.length);
    for (let start = 0; start < list.length; start += connector.maxBatch) {
      const chunk = list.slice(start, start + connector.maxBatch);
      calls.push(async () => {
        const batch = chunk.flatMap((position) => {
          const message = messages[position]?.[0];
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

function submissionOf(parts: CallParts, connector: Connector, message: Sendable): Submission {
  const { outgoing, validUntil } = message;
  return {
    id: message.id,
    account: outgoing.principal.account.id,
    to: message.recipient.e164,
    originator: outgoing.originator,
    text: outgoing.text,
    channels: message.channels,
    channelsDeclared: outgoing.channelsDeclared,
    wire: outgoing.wire,
    callbackUrl: parts.callbackUrl(connector, message.id),
    ...(validUntil !== undefined && { validitySeconds: secondsUntil(validUntil, parts.now()) }),
  };
}

/** At least one: it is on its way. */
function secondsUntil(validUntil: EpochMilliseconds, now: EpochMilliseconds): number {
  return Math.max(1, Math.ceil((validUntil - now) / 1_000));
}
