import type { Channel } from "@safeguard/core";
import type { Submission } from "../connector.ts";
import { plainMessage } from "../plain-message.ts";
import type { TwilioSettings } from "./twilio-settings.ts";

export type TwilioForm =
  | { readonly ok: true; readonly body: string }
  /** `problem` completes "the message cannot be carried, because it …". */
  | { readonly ok: false; readonly problem: string };

/** Ours: the recipient, where reports go, and what names an account. The rest of a Twilio client's fields is its own. */
const OURS = new Set(["to", "statuscallback", "statuscallbackmethod", "accountsid", "authtoken"]);

/** Ten hours, in seconds. */
const LONGEST_VALIDITY = 36_000;

/** Twilio takes a messaging service as `From` too. */
const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

/** The body of `POST …/Messages.json`. */
export function twilioForm(submission: Submission, settings: TwilioSettings): TwilioForm {
  return submission.wire?.dialect === "twilio"
    ? passedOn(submission, submission.wire.fields, settings)
    : translated(submission, settings);
}

/** A Twilio client's message: its fields as they are, but ours. */
function passedOn(
  submission: Submission,
  fields: readonly (readonly [name: string, value: string])[],
  settings: TwilioSettings,
): TwilioForm {
  const { channels } = submission;
  const prefix = recipientPrefix(fields, channels);
  if (prefix === undefined) return no(`may travel only by ${channels.join(", ")}`);
  const form = new URLSearchParams();
  form.append("To", prefix + submission.to);
  let sender = false;
  for (const [name, value] of fields) {
    const folded = name.toLowerCase();
    if (OURS.has(folded)) continue;
    // The sender of the SMS that Twilio falls back to.
    if (folded === "fallbackfrom" && !channels.includes("sms")) continue;
    const media = folded === "mediaurl" || (folded === "sendasmms" && value.toLowerCase() === "true");
    if (media && prefix === "" && !channels.includes("mms")) return no("has media and may not travel as MMS");
    if (folded === "from" || folded === "messagingservicesid") {
      const ofChannel = value.toLowerCase().startsWith(prefix) || MESSAGING_SERVICE.test(value);
      if (prefix !== "" && folded === "from" && !ofChannel)
        return no(`may travel only by ${channels.join(", ")}, and its sender is not of that channel`);
      if (value !== "") sender = true;
    }
    // What it has waited here is over.
    if (folded === "validityperiod" && submission.validitySeconds !== undefined)
      form.append(name, String(Math.min(submission.validitySeconds, LONGEST_VALIDITY)));
    else form.append(name, value);
  }
  if (!sender && !(prefix === "" && appendSender(form, settings)))
    return no("names no sender, and the provider has none set");
  return finished(form, submission);
}

/**
 * What stands before the number in `To`. With `whatsapp:` or `rcs:` Twilio sends by that channel alone; a bare number can
 * end as SMS. Undefined: there is no way to say it that keeps to the allowed channels.
 */
function recipientPrefix(
  fields: readonly (readonly [name: string, value: string])[],
  channels: readonly Channel[],
): string | undefined {
  const to = fields.find(([name]) => name.toLowerCase() === "to")?.[1] ?? "";
  const written = /^([a-z]+:)/i.exec(to.trim())?.[1]?.toLowerCase();
  if (written === "whatsapp:") return channels.includes("whatsapp") ? written : undefined;
  if (written !== undefined && written !== "rcs:") return undefined;
  if (written === undefined && (channels.includes("sms") || channels.includes("mms"))) return "";
  return channels.includes("rcs") ? "rcs:" : undefined;
}

/** A message of another dialect, as plain SMS. */
function translated(submission: Submission, settings: TwilioSettings): TwilioForm {
  const plain = plainMessage(submission);
  if (!plain.ok) return plain;
  const { originator, text, validitySeconds } = plain.message;
  const form = new URLSearchParams();
  form.append("To", submission.to);
  if (originator !== "") form.append("From", originator);
  else if (!appendSender(form, settings)) return no("names no sender, and the provider has none set");
  form.append("Body", text);
  if (validitySeconds !== undefined)
    form.append("ValidityPeriod", String(Math.min(Math.max(validitySeconds, 1), LONGEST_VALIDITY)));
  return finished(form, submission);
}

function finished(form: URLSearchParams, submission: Submission): TwilioForm {
  if (submission.callbackUrl !== undefined) form.append("StatusCallback", submission.callbackUrl);
  return { ok: true, body: form.toString() };
}

function appendSender(form: URLSearchParams, settings: TwilioSettings): boolean {
  if (settings.messagingServiceSid !== undefined) form.append("MessagingServiceSid", settings.messagingServiceSid);
  else if (settings.from !== undefined) form.append("From", settings.from);
  else return false;
  return true;
}

function no(problem: string): TwilioForm {
  return { ok: false, problem };
}
