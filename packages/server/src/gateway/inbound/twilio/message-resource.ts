import { REASONS, type ReasonFamily, shownNumber } from "@safeguard/core";
import type { MessageStatus, MessageView } from "../../../store/store.ts";
import type { MessageId } from "../../message-id.ts";
import { prefixOf } from "./address.ts";
import { type Fields, fieldOf } from "./request-fields.ts";
import { isMessagingServiceSid, messageSid } from "./sid.ts";
import { failureCode, failureMessage } from "./twilio-answers.ts";

/** Twilio's Message resource (API 2010-04-01). Counts are strings, dates RFC 2822, and `error_code` is null or a number. */
export interface MessageResource {
  readonly account_sid: string;
  readonly api_version: "2010-04-01";
  readonly body: string;
  readonly date_created: string;
  readonly date_sent: string | null;
  readonly date_updated: string;
  readonly direction: "outbound-api";
  readonly error_code: number | null;
  readonly error_message: string | null;
  readonly from: string | null;
  readonly messaging_service_sid: string | null;
  readonly num_media: string;
  readonly num_segments: string;
  readonly price: string | null;
  readonly price_unit: string | null;
  readonly sid: string;
  readonly status: string;
  readonly subresource_uris: Readonly<Record<string, string>>;
  readonly tags: null;
  readonly to: string;
  readonly uri: string;
}

/** What the answer to "create" needs to know besides the request. */
export interface CreatedMessage {
  readonly id: MessageId;
  readonly accountSid: string;
  /** Canonical, with its channel's prefix. */
  readonly to: string;
  readonly segments: number;
  readonly at: number;
}

/**
 * The answer to "create" of a message that counts as accepted. `providerBody` is the provider's own resource where it
 * speaks this dialect: fields that we do not model survive; identity, recipient, text and URLs are ours.
 */
export function createdResource(
  created: CreatedMessage,
  fields: Fields,
  providerBody?: Readonly<Record<string, unknown>>,
): MessageResource {
  const from = fieldOf(fields, "From");
  const service =
    fieldOf(fields, "MessagingServiceSid") ?? (from !== undefined && isMessagingServiceSid(from) ? from : undefined);
  const media = fields.filter(([name, value]) => name === "MediaUrl" && value !== "").length;
  const resource: MessageResource = {
    ...identity(created.accountSid, created.id),
    body: fieldOf(fields, "Body") ?? "",
    date_created: rfc2822(created.at),
    date_sent: null,
    date_updated: rfc2822(created.at),
    error_code: null,
    error_message: null,
    from: from === service ? null : (from ?? null),
    messaging_service_sid: service ?? null,
    num_media: String(media),
    num_segments: String(created.segments),
    price: null,
    price_unit: null,
    // Twilio accepts first and picks the sender later when a messaging service is to send.
    status: service === undefined ? "queued" : "accepted",
    tags: null,
    to: created.to,
  };
  if (providerBody === undefined) return resource;
  const { sid, account_sid, uri, subresource_uris, body, to, error_code, error_message } = resource;
  const ours = { sid, account_sid, uri, subresource_uris, body, to, error_code, error_message };
  return { ...resource, ...providerBody, ...ours };
}

/** The resource of a recorded message. Bodies are not kept, so `body` is empty. */
export function viewedResource(view: MessageView, accountSid: string): MessageResource {
  // What is held and has its client's answer waits for its turn.
  const status = view.status === "held" && view.waiting !== undefined ? "queued" : STATUSES[view.status];
  const failed = status === "failed" || status === "undelivered";
  const code = view.status === "expired" ? EXPIRED : failed ? failureCode(stopFamily(view), view.errorCode) : null;
  const service = isMessagingServiceSid(view.originator) ? view.originator : null;
  const left = !NEVER_LEFT.has(view.status) && view.verdict.action === "allow";
  return {
    ...identity(accountSid, view.id),
    body: "",
    date_created: rfc2822(view.at),
    date_sent: left ? rfc2822(view.at) : null,
    date_updated: rfc2822(view.updatedAt),
    error_code: code,
    error_message: code === null ? null : failureMessage(code, view.errorText),
    from: service === null && view.originator !== "" ? view.originator : null,
    messaging_service_sid: service,
    num_media: "0",
    num_segments: String(view.segments),
    // Twilio writes what a message cost as a negative amount.
    price: left && view.price !== undefined ? decimal(-view.price.micros) : null,
    price_unit: left && view.price !== undefined ? view.price.currency : null,
    status,
    tags: null,
    to: recipientOf(view),
  };
}

/** Twilio's code for a message whose validity period was over before it could be sent. */
const EXPIRED = 30036;

/** The recipient as Twilio writes it: the canonical number behind its channel's prefix. */
export function recipientOf(view: Pick<MessageView, "to" | "channels">): string {
  return prefixOf(view.channels[0]) + shownNumber(view.to);
}

/** What the reason belongs to for which we stopped it; undefined when we did not. */
export function stopFamily(view: Pick<MessageView, "verdict">): ReasonFamily | undefined {
  return view.verdict.action === "allow" ? undefined : REASONS[view.verdict.reason].family;
}

/** RFC 2822 in UTC, as Twilio's SDKs expect it: `Thu, 24 Aug 2023 05:01:45 +0000`. */
export function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}

export function messagesUri(accountSid: string): string {
  return `/2010-04-01/Accounts/${accountSid}/Messages`;
}

/** Our states in Twilio's words. In doubt is told as queued: a failure would make the client send again. */
const STATUSES: Readonly<Record<MessageStatus, string>> = {
  blocked: "failed",
  held: "failed",
  challenged: "failed",
  scheduled: "scheduled",
  queued: "queued",
  submitting: "queued",
  submitted: "queued",
  refused: "failed",
  in_doubt: "queued",
  sent: "sent",
  delivered: "delivered",
  undelivered: "undelivered",
  failed: "failed",
  read: "read",
  // Its validity period was over.
  expired: "failed",
  canceled: "canceled",
};

const NEVER_LEFT: ReadonlySet<MessageStatus> = new Set([
  "blocked",
  "held",
  "challenged",
  "scheduled",
  "queued",
  "submitting",
  "refused",
  "expired",
  "canceled",
]);

function identity(accountSid: string, id: MessageId) {
  const sid = messageSid(id);
  const resource = `${messagesUri(accountSid)}/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    api_version: "2010-04-01",
    direction: "outbound-api",
    uri: `${resource}.json`,
    subresource_uris: { media: `${resource}/Media.json` },
  } as const;
}

/** Millionths as a decimal with at least five places, exactly: -7500 → "-0.00750". */
function decimal(micros: number): string {
  const text = (Math.abs(micros) / 1_000_000).toFixed(6).replace(/0$/, "");
  return micros < 0 ? `-${text}` : text;
}
