import type { EpochMilliseconds, Purpose } from "@safeguard/core";
import { purposeOf } from "../decide-channels.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How far ahead a message can be scheduled: as far as Twilio lets its clients. */
export const LONGEST_AHEAD_MS: number = 35 * 24 * HOUR;
/** How long a message can be good for. */
export const LONGEST_VALIDITY_MS: number = 72 * HOUR;

/** Who asked for a code looks for it now, and asks for another one soon; other news can be a day late. */
const DEFAULT_VALIDITY_MS: Readonly<Record<Purpose, number>> = {
  otp: 10 * MINUTE,
  notification: 24 * HOUR,
  marketing: 24 * HOUR,
};

export type SendingPlan =
  /** The client waits for the provider. `validUntil`: what the provider is told, where the client said so. */
  | { readonly later: false; readonly validUntil: EpochMilliseconds | undefined }
  /** The client is answered now. */
  | {
      readonly later: true;
      readonly dueAt: EpochMilliseconds;
      readonly expiresAt: EpochMilliseconds;
      /** Where the client named the time. */
      readonly sendAt: EpochMilliseconds | undefined;
    };

/** When a message is to be sent: by its own word, else its key's, else its account's. */
export function sendingPlan(outgoing: OutgoingMessage): SendingPlan {
  const { sending = {}, at, principal } = outgoing;
  const { sendAt, expiresAt, validityMs } = sending;
  const mode = sending.mode ?? principal.key.sendMode ?? principal.account.sendMode ?? "sync";
  const dueAt = sendAt !== undefined && sendAt > at ? sendAt : at;
  const until = expiresAt ?? (validityMs === undefined ? undefined : after(dueAt, validityMs));
  if (sendAt === undefined && mode === "sync") return { later: false, validUntil: until };
  return { later: true, dueAt, sendAt, expiresAt: until ?? defaultExpiry(outgoing, dueAt) };
}

/** From when on nobody wants a message any more that is to be sent at this time, where its client did not say. */
export function defaultExpiry(outgoing: OutgoingMessage, dueAt: EpochMilliseconds): EpochMilliseconds {
  return after(dueAt, DEFAULT_VALIDITY_MS[purposeOf(outgoing)]);
}

function after(at: EpochMilliseconds, milliseconds: number): EpochMilliseconds {
  return (at + milliseconds) as EpochMilliseconds;
}
