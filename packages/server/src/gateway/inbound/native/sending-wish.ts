import type { EpochMilliseconds } from "@safeguard/core";
import { ServiceError } from "../../../api/service-error.ts";
import type { SendingWish } from "../../outgoing-message.ts";
import { LONGEST_AHEAD_MS, LONGEST_VALIDITY_MS } from "../../submissions/sending-plan.ts";
import type { MessageRequest } from "./message-body.ts";

/** When and how the client wants it sent; undefined: it does not say. Throws ServiceError for times that cannot be. */
export function sendingWish(
  { mode, sendAt, expiresAt, validityPeriod }: MessageRequest,
  at: EpochMilliseconds,
  fieldPrefix: string,
): SendingWish | undefined {
  if (mode === undefined && sendAt === undefined && expiresAt === undefined && validityPeriod === undefined)
    return undefined;
  const refuse = (field: string, message: string): never => {
    throw new ServiceError("invalid_request", `Not valid: ${fieldPrefix}${field}.`, [
      { field: `${fieldPrefix}${field}`, message },
    ]);
  };
  const send = instantOf(sendAt);
  const expires = instantOf(expiresAt);
  if (send !== undefined && mode === "sync") refuse("mode", "must be async, or absent, where sendAt is given");
  if (send !== undefined && send > at + LONGEST_AHEAD_MS) refuse("sendAt", "must be at most 35 days ahead");
  if (expires !== undefined && validityPeriod !== undefined)
    refuse("validityPeriod", "says the same as expiresAt: give one of the two");
  const from = send !== undefined && send > at ? send : at;
  if (expires !== undefined && expires <= from) refuse("expiresAt", "must be after now, and after sendAt");
  if (expires !== undefined && expires > from + LONGEST_VALIDITY_MS)
    refuse("expiresAt", "must be at most 72 hours after the message is to be sent");
  return {
    ...(mode !== undefined && { mode }),
    ...(send !== undefined && { sendAt: send }),
    ...(expires !== undefined && { expiresAt: expires }),
    ...(validityPeriod !== undefined && { validityMs: validityPeriod * 1_000 }),
  };
}

function instantOf(text: string | undefined): EpochMilliseconds | undefined {
  return text === undefined ? undefined : (Date.parse(text) as EpochMilliseconds);
}
