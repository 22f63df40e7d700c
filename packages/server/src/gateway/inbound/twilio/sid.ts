import type { MessageId } from "../../message-id.ts";

/** A message as this dialect names it: `SM` and the 32 hex digits of its id. */
export function messageSid(id: MessageId): string {
  return `SM${id}`;
}

/** The id in a message SID; undefined for anything that we never issued. */
export function messageIdOf(sid: string): MessageId | undefined {
  return /^SM[0-9a-f]{32}$/.test(sid) ? (sid.slice(2) as MessageId) : undefined;
}

/** Does this sender name a messaging service? Twilio takes its SID in `MessagingServiceSid` and in `From`. */
export function isMessagingServiceSid(sender: string): boolean {
  return /^MG[0-9a-fA-F]{32}$/.test(sender);
}
