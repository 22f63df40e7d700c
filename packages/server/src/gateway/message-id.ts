import type { Brand } from "@safeguard/core";

/**
 * 32 lower-case hex digits, made by the journal from the record's sequence number under a secret, so that one account
 * cannot count another's traffic. Twilio sees it as `SM…`, the native API as `msg_…` and `dec_…`, CM.com upstream as
 * the 32-character reference.
 */
export type MessageId = Brand<string, "MessageId">;
