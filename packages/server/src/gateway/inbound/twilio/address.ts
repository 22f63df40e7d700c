import type { Channel } from "@safeguard/core";
import { type Fields, fieldOf } from "./request-fields.ts";
import { isMessagingServiceSid } from "./sid.ts";
import type { TwilioProblem } from "./twilio-error.ts";

/** Where a message is to go, as the client wrote it. */
export interface Address {
  /** What stands behind the channel's prefix. */
  readonly number: string;
  readonly originator: string;
  /** All channels that Twilio could end up using. The first tells how the recipient is written: see {@link prefixOf}. */
  readonly channels: readonly [Channel, ...Channel[]];
}

export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly problem: TwilioProblem };

/** Channels of Twilio whose addresses are a phone number behind a prefix. */
const PREFIXED: readonly Channel[] = ["whatsapp", "rcs"];

/** How Twilio writes the recipient of a message whose first channel is this one: `whatsapp:` + number. */
export function prefixOf(channel: Channel | undefined): string {
  return channel !== undefined && PREFIXED.includes(channel) ? `${channel}:` : "";
}

/**
 * Which channels the request could end on. Whatever could end as SMS counts as SMS: a plain number always; a WhatsApp or
 * RCS address as soon as a messaging service or `FallbackFrom` takes part, because its senders and fallbacks are set up
 * at the provider, out of our sight. MMS counts as SMS too, since it falls back to it.
 */
export function addressOf(fields: Fields): AddressResult {
  const to = restoredPlus(fieldOf(fields, "To"));
  if (to === undefined) return refuse("to_missing", "A 'To' phone number is required.");
  const from = restoredPlus(fieldOf(fields, "From"));
  const service = fieldOf(fields, "MessagingServiceSid");
  const originator = from ?? service;
  if (originator === undefined)
    return refuse("from_missing", "A 'From' or 'MessagingServiceSid' parameter is required.");
  if (!isSender(originator))
    return refuse(
      "invalid_from",
      `The 'From' ${originator.slice(0, 64)} is not a valid phone number, short code or sender.`,
    );

  const fallsBack =
    service !== undefined || isMessagingServiceSid(originator) || fieldOf(fields, "FallbackFrom") !== undefined;
  const senderPrefix = prefix(originator);
  const colon = to.indexOf(":");
  if (colon < 0) {
    if (senderPrefix === undefined)
      return { ok: true, address: { number: to, originator, channels: plainChannels(fields) } };
    // An RCS sender may write to a plain number; whether Twilio then falls back to SMS is not documented.
    if (senderPrefix === "rcs") return { ok: true, address: { number: to, originator, channels: ["sms", "rcs"] } };
    return channelsDiffer();
  }

  const channel = PREFIXED.find((known) => known === to.slice(0, colon));
  if (channel === undefined)
    return refuse(
      "invalid_to",
      `The 'To' number ${to.slice(0, 64)} is not a valid phone number: write +31612345678, whatsapp:+31612345678 or ` +
        "rcs:+31612345678. Other channels have no phone number to decide on.",
    );
  if (senderPrefix !== channel && !isMessagingServiceSid(originator)) return channelsDiffer();
  const channels: Address["channels"] = fallsBack ? [channel, "sms"] : [channel];
  return { ok: true, address: { number: to.slice(colon + 1), originator, channels } };
}

function plainChannels(fields: Fields): Address["channels"] {
  const media = fieldOf(fields, "MediaUrl") ?? fieldOf(fields, "ContentSid"); // a template may hold media
  const asMms = (fieldOf(fields, "SendAsMms") ?? "false").toLowerCase() !== "false";
  return media !== undefined || asMms ? ["mms", "sms"] : ["sms"];
}

/** Senders are kept with the message: of a sane length, and without control characters. */
function isSender(text: string): boolean {
  return text.length <= 128 && !/\p{Cc}/u.test(text);
}

function prefix(sender: string): string | undefined {
  const colon = sender.indexOf(":");
  return colon < 0 ? undefined : sender.slice(0, colon);
}

/** A `+` that a client forgot to encode arrives as a space: a number is meant all the same. */
function restoredPlus(value: string | undefined): string | undefined {
  return value?.replace(/^((?:whatsapp:|rcs:)?) (?=\d)/, "$1+");
}

function channelsDiffer(): AddressResult {
  return refuse("channels_differ", "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel.");
}

function refuse(error: TwilioProblem["error"], message: string): AddressResult {
  return { ok: false, problem: { error, message } };
}
