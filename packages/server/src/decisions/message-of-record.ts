import type { Channel, EpochMilliseconds, Message } from "@safeguard/core";
import { drawOf } from "../gateway/draw-of.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { DecidedMessage } from "../store/journal-record.ts";

/** The message that was decided on, from its record: for deciding once more. */
export function messageOfRecord(
  record: DecidedMessage & { readonly id: MessageId },
  at: EpochMilliseconds,
  channel: Channel = record.channel,
): Message {
  const { account, originator, purpose, endUserAddress, device, price, heldSince, content, keys, pricesIn } = record;
  return {
    account,
    recipient: {
      e164: record.to,
      candidates: record.candidates as Message["recipient"]["candidates"],
      twin: record.twin,
      type: record.numberType,
      valid: record.valid,
    },
    originator,
    channel,
    purpose,
    at,
    draw: drawOf(record.id),
    ...(endUserAddress !== undefined && { endUserAddress }),
    ...(device !== undefined && { device }),
    ...(price !== undefined && { price }),
    ...(content !== undefined && { content }),
    ...(keys !== undefined && { keys }),
    ...(pricesIn !== undefined && { pricesIn }),
    ...(heldSince !== undefined && { heldSince }),
  };
}
