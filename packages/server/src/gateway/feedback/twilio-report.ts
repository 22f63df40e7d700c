import { providerCode } from "../outbound/provider-words.ts";
import type { TwilioParameters } from "../wire/twilio-signature.ts";
import type { DeliveryStatus } from "./delivery-report.ts";
import type { ProviderReports } from "./provider-report.ts";

/** Twilio's message states (Twilio, "Message resource"). Undefined: on its way, nothing to tell yet. */
const STATUSES: Readonly<Record<string, DeliveryStatus | undefined>> = {
  accepted: undefined,
  scheduled: undefined,
  queued: undefined,
  sending: undefined,
  sent: "sent",
  delivered: "delivered",
  undelivered: "undelivered",
  failed: "failed",
  canceled: "failed",
  read: "read",
};

/** Reads the parameters of a status callback for the message that its URL names. */
export function readTwilioReport(message: string, parameters: TwilioParameters): ProviderReports {
  const value = (name: string) => parameters.find(([known]) => known === name)?.[1];
  const state = value("MessageStatus") ?? value("SmsStatus") ?? "";
  if (!Object.hasOwn(STATUSES, state)) return undefined;
  const status = STATUSES[state];
  if (status === undefined) return [];
  const error = value("ErrorCode");
  const code = error === undefined || error === "" || error === "0" ? undefined : providerCode(error);
  return [
    {
      message: { id: message },
      status,
      occurredAt: status === "delivered" || status === "undelivered" ? doneDate(value("RawDlrDoneDate")) : undefined,
      code,
      text: code === undefined ? undefined : `Twilio error ${code}`,
    },
  ];
}

/** `RawDlrDoneDate`: `YYMMDDhhmm`, when the operator says it was done. */
function doneDate(text: string | undefined): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text ?? "");
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number);
  const time = Date.UTC(2000 + (year ?? 0), (month ?? 1) - 1, day, hour, minute);
  return Number.isNaN(time) ? undefined : time;
}
