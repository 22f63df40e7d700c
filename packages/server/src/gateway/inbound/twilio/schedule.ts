import type { EpochMilliseconds } from "@safeguard/core";
import type { SendingWish } from "../../outgoing-message.ts";
import { LONGEST_AHEAD_MS } from "../../submissions/sending-plan.ts";
import { type Fields, fieldOf } from "./request-fields.ts";
import type { TwilioProblem } from "./twilio-error.ts";

export type ReadSchedule =
  | { readonly ok: true; readonly sending: SendingWish | undefined }
  | { readonly ok: false; readonly problem: TwilioProblem };

/** Twilio takes nothing that is due sooner, and promises its clients that nothing is. */
const SHORTEST_AHEAD_MS = 300_000;
/** Ten hours, in seconds. */
const LONGEST_VALIDITY = 36_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** `SendAt` with `ScheduleType=fixed`, and `ValidityPeriod`, as Twilio's "create a Message" has them. */
export function readSchedule(fields: Fields, at: number): ReadSchedule {
  const sendAt = fieldOf(fields, "SendAt");
  const type = fieldOf(fields, "ScheduleType");
  const validity = fieldOf(fields, "ValidityPeriod");
  if (validity !== undefined && !isValidity(validity))
    return refuse("invalid_validity", `ValidityPeriod must be a whole number from 1 to ${LONGEST_VALIDITY} seconds.`);
  const validityMs = validity === undefined ? {} : { validityMs: Number(validity) * 1_000 };
  if (sendAt === undefined) {
    if (type !== undefined) return refuse("send_at_missing", "SendAt must be given where ScheduleType is.");
    return { ok: true, sending: validity === undefined ? undefined : validityMs };
  }
  if (type !== "fixed") return refuse("bad_request", "ScheduleType must be fixed where SendAt is given.");
  const due = INSTANT.test(sendAt) ? Date.parse(sendAt) : Number.NaN;
  if (!(due >= at + SHORTEST_AHEAD_MS && due <= at + LONGEST_AHEAD_MS))
    return refuse(
      "send_at_invalid",
      "SendAt must be a time such as 2026-11-22T10:30:00Z, from 300 seconds to 35 days ahead.",
    );
  return { ok: true, sending: { sendAt: due as EpochMilliseconds, ...validityMs } };
}

function isValidity(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= LONGEST_VALIDITY;
}

function refuse(error: TwilioProblem["error"], message: string): ReadSchedule {
  return { ok: false, problem: { error, message } };
}
