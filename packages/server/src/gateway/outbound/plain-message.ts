import { isCmObject, readFields } from "../wire/cm-fields.ts";
import { cmValidityMs } from "../wire/cm-validity.ts";
import type { Submission } from "./connector.ts";

/** What every provider understands: a text from a sender. */
export interface PlainMessage {
  /** Empty: the client named none. */
  readonly originator: string;
  readonly text: string;
  /** How long it may wait on its way; undefined: the client did not say. */
  readonly validitySeconds: number | undefined;
}

export type PlainMessageResult =
  | { readonly ok: true; readonly message: PlainMessage }
  /** `problem` completes "the message cannot be carried, because it …". */
  | { readonly ok: false; readonly problem: string };

/**
 * The message as plain SMS, for a provider that does not speak the client's dialect. Wishes about billing, tracking and
 * retention stay behind (they concern the client's own provider); anything that would change what the person reads, or
 * when, is a reason to refuse.
 */
export function plainMessage(submission: Submission): PlainMessageResult {
  if (!submission.channels.includes("sms")) return no("may not travel as SMS");
  if (submission.text === undefined || submission.text === "") return no("has no text");
  const validity = submission.wire === undefined ? { ok: true as const, seconds: undefined } : wishes(submission.wire);
  if (!validity.ok) return validity;
  return {
    ok: true,
    message: {
      // A Twilio messaging service picks the sender; no other provider knows it.
      originator: /^MG[0-9a-f]{32}$/i.test(submission.originator) ? "" : submission.originator,
      text: submission.text,
      validitySeconds: submission.validitySeconds ?? validity.seconds,
    },
  };
}

type Wishes =
  | { readonly ok: true; readonly seconds: number | undefined }
  | { readonly ok: false; readonly problem: string };

function wishes(wire: NonNullable<Submission["wire"]>): Wishes {
  return wire.dialect === "twilio" ? twilioWishes(wire.fields) : cmWishes(wire.msg);
}

const TWILIO_CARRIED = new Set(["To", "From", "MessagingServiceSid", "Body", "ValidityPeriod"]);
const TWILIO_LEFT_BEHIND = new Set([
  "StatusCallback",
  "StatusCallbackMethod",
  "ApplicationSid",
  "ProvideFeedback",
  "Attempt",
  "ForceDelivery",
  "ContentRetention",
  "AddressRetention",
  "SmartEncoded",
  "TrafficType",
  "MessageIntent",
  "RiskCheck",
  "FallbackFrom",
  "Tags",
]);

function twilioWishes(fields: readonly (readonly [string, string])[]): Wishes {
  let seconds: number | undefined;
  for (const [name, value] of fields) {
    if (name === "ValidityPeriod") {
      if (!/^\d{1,5}$/.test(value)) return no("has a ValidityPeriod that is no number of seconds");
      seconds = Number(value);
    } else if (!TWILIO_CARRIED.has(name) && !TWILIO_LEFT_BEHIND.has(name) && value !== "" && value !== "false")
      return no(`uses Twilio's ${fieldName(name)}`);
  }
  return { ok: true, seconds };
}

const CM_CARRIED = new Set(["from", "to", "body", "validity", "allowedchannels", "dcs"]);
const CM_LEFT_BEHIND = new Set([
  "reference",
  "appkey",
  "customgrouping",
  "customgrouping2",
  "customgrouping3",
  "minimumnumberofmessageparts",
  "maximumnumberofmessageparts",
]);

function cmWishes(msg: Readonly<Record<string, unknown>>): Wishes {
  const fields = readFields(msg);
  if (fields === undefined) return no("has a field twice, or with a name that is not ASCII");
  for (const [name, value] of fields) {
    if (!CM_CARRIED.has(name) && !CM_LEFT_BEHIND.has(name) && value !== null && value !== undefined)
      return no(`uses CM.com's ${fieldName(name)}`);
  }
  const dcs = fields.get("dcs") ?? 0;
  if (dcs !== 0 && dcs !== "0") return no("uses CM.com's dcs");
  const body = fields.get("body");
  const type = isCmObject(body) ? readFields(body)?.get("type") : undefined;
  if (typeof type === "string" && type !== "" && type.toLowerCase() !== "auto" && type.toLowerCase() !== "text")
    return no("has a body type other than AUTO or TEXT");
  const validity = fields.get("validity");
  if (validity === undefined || validity === null || validity === "") return { ok: true, seconds: undefined };
  const span = cmValidityMs(validity);
  if (span === undefined) return no("has a validity other than minutes or hours such as 30m or 2h");
  return { ok: true, seconds: span / 1_000 };
}

function fieldName(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : "extra fields";
}

function no(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
