import type { EpochMilliseconds, Purpose } from "@safeguard/core";
import type { KeyPrincipal } from "../../../accounts/principal.ts";
import type { CallbackTarget, OutgoingMessage } from "../../outgoing-message.ts";
import { addressOf } from "./address.ts";
import { type Fields, fieldOf } from "./request-fields.ts";
import { readSchedule } from "./schedule.ts";
import type { TwilioProblem } from "./twilio-error.ts";

/** A request that was understood, or what is wrong with it. */
export type MessageRequest =
  | { readonly ok: true; readonly message: OutgoingMessage; readonly riskCheckIgnored: boolean }
  | { readonly ok: false; readonly problem: TwilioProblem };

/** Longest text that Twilio takes, in characters. */
const MAX_BODY_CHARACTERS = 1_600;
/** Longest callback URL that Twilio takes. */
const MAX_URL_CHARACTERS = 4_000;

/** `MessageIntent` as Twilio names purposes, in ours. An unknown intent says nothing. */
const PURPOSE_BY_INTENT: ReadonlyMap<string, Purpose> = new Map([
  ["otp", "otp"],
  ["marketing", "marketing"],
  ["announcements", "notification"],
  ["customercare", "notification"],
  ["delivery", "notification"],
  ["education", "notification"],
  ["events", "notification"],
  ["fraud", "notification"],
  ["notifications", "notification"],
  ["polling", "notification"],
  ["security", "notification"],
]);

/** Reads the parameters of "create a Message". */
export function messageRequest(principal: KeyPrincipal, fields: Fields, at: number): MessageRequest {
  const addressed = addressOf(fields);
  if (!addressed.ok) return addressed;
  const { number, originator, channels } = addressed.address;

  const schedule = readSchedule(fields, at);
  if (!schedule.ok) return schedule;
  const { sending } = schedule;

  const body = fieldOf(fields, "Body");
  const rendered = fieldOf(fields, "MediaUrl") !== undefined || fieldOf(fields, "ContentSid") !== undefined;
  if (body === undefined && !rendered) return refuse("body_missing", "Message body is required.");
  if (body !== undefined && body.length > MAX_BODY_CHARACTERS && [...body].length > MAX_BODY_CHARACTERS)
    return refuse("body_too_long", `The concatenated message body exceeds the ${MAX_BODY_CHARACTERS} character limit.`);

  const url = fieldOf(fields, "StatusCallback");
  if (url !== undefined && !isCallbackUrl(url))
    return refuse(
      "invalid_status_callback",
      "The 'StatusCallback' URL is not a valid URL: give a whole http:// or https:// URL of at most " +
        `${MAX_URL_CHARACTERS} characters.`,
    );
  const callback: CallbackTarget | undefined = url === undefined ? undefined : { dialect: "twilio", url };

  const asked = fieldOf(fields, "RiskCheck")?.toLowerCase();
  const riskCheck = asked === "disable" && principal.key.mayDisableRiskCheck ? "disable" : "enable";
  const message: OutgoingMessage = {
    principal,
    dialect: "twilio",
    to: number,
    originator,
    // Anything but a plain SMS can be carried only by a provider of this dialect, from the fields below.
    text: channels.length === 1 && channels[0] === "sms" ? body : undefined,
    channels,
    // Of several channels the provider picks one, and none can be taken off: a stop on any stops the message.
    channelsDeclared: channels.length === 1,
    purpose: PURPOSE_BY_INTENT.get(fieldOf(fields, "MessageIntent")?.toLowerCase() ?? ""),
    policy: undefined,
    riskCheck,
    reference: undefined,
    callback,
    endUserAddress: undefined,
    wire: { dialect: "twilio", fields: forwarded(fields, riskCheck) },
    ...(sending !== undefined && { sending }),
    at: at as EpochMilliseconds,
  };
  return { ok: true, message, riskCheckIgnored: asked === "disable" && riskCheck === "enable" };
}

/** The parameters as they may go on: never a schedule, which is kept here (the message is decided on when it is due), and no switched-off risk check that we do not honour ourselves. */
function forwarded(fields: Fields, riskCheck: "enable" | "disable"): Fields {
  return fields.filter(([name, value]) => {
    if (name === "SendAt" || name === "ScheduleType") return false;
    return name !== "RiskCheck" || riskCheck === "disable" || value === "enable";
  });
}

function isCallbackUrl(text: string): boolean {
  if (text.length > MAX_URL_CHARACTERS || !/^https?:\/\//i.test(text)) return false;
  const url = URL.parse(text);
  // Twilio does not take host names with an underscore either.
  return url !== null && url.hostname !== "" && !url.hostname.includes("_");
}

function refuse(error: TwilioProblem["error"], message: string): MessageRequest {
  return { ok: false, problem: { error, message } };
}
