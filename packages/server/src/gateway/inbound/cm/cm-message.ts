import type { Channel } from "@safeguard/core";
import type { KeyPrincipal } from "../../../accounts/principal.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import { CM_ERROR } from "../../wire/cm-answer.ts";
import { readCmChannels } from "../../wire/cm-channels.ts";
import { type CmObject, isCmObject, readFields, withoutFields } from "../../wire/cm-fields.ts";
import { cmValidityMs } from "../../wire/cm-validity.ts";
import type { CmProblem } from "./cm-answers.ts";

/** One `msg` object, read once for all its recipients. */
export type CmMessage =
  | { readonly ok: true; readonly reference: string | undefined; outgoing(to: string): OutgoingMessage }
  | { readonly ok: false; readonly reference: string | undefined; readonly problem: CmProblem };

/** CM.com's limit for a sender: 11 characters, or 16 digits. Other channels have longer names. */
const SMS_SENDER = /^(?:\+?\d{1,16}|.{1,11})$/su;
const MAX_SENDER = 64;
/** CM.com documents 32 letters and digits; its own clients also send hyphens, and we keep the reference to ourselves. */
const MAX_REFERENCE = 64;
/** 255 parts of 153 characters: the most that a concatenated SMS can have. */
const MAX_TEXT = 39_015;
/** How deep the fields that we only pass on may nest. */
const MAX_DEPTH = 32;

const RECIPIENTS: ReadonlySet<string> = new Set(["to"]);
const CONTROL = /\p{Cc}/u;

/**
 * Reads everything of a `msg` object but its recipients. `fields` are its fields by lower-case name. Undefined: its
 * `body` has one name twice, and so the whole request is malformed.
 */
export function readCmMessage(
  msg: CmObject,
  fields: ReadonlyMap<string, unknown>,
  principal: KeyPrincipal,
  at: OutgoingMessage["at"],
): CmMessage | undefined {
  const bodyValue = fields.get("body");
  const body = isCmObject(bodyValue) ? readFields(bodyValue) : bodyValue;
  if (isCmObject(bodyValue) && body === undefined) return undefined;

  const reference = readReference(fields.get("reference"));
  if (reference === INVALID) {
    const details = `Invalid reference: a text of at most ${MAX_REFERENCE} characters, without control characters`;
    return { ok: false, reference: undefined, problem: { code: CM_ERROR.field, details } };
  }
  const refuse = (code: number, details: string): CmMessage => ({ ok: false, reference, problem: { code, details } });

  const channels = channelsOf(fields.get("allowedchannels"), principal);
  if (channels === undefined) {
    return refuse(CM_ERROR.field, "Invalid allowedChannels: a list of 1 to 32 channel names, such as SMS or WhatsApp");
  }
  const originator = readSender(fields.get("from"), channels.list);
  if (originator === undefined) {
    return refuse(CM_ERROR.from, "Invalid from: a sender of at most 11 characters, or 16 digits");
  }
  const text = readText(body, isCmObject(fields.get("richcontent")));
  if (text === INVALID) {
    return refuse(
      CM_ERROR.body,
      "A body without content was found: body.content takes a text of 1 to 39,015 characters",
    );
  }
  const wireMsg = withoutFields(msg, RECIPIENTS);
  if (isDeeperThan(wireMsg, MAX_DEPTH)) {
    return refuse(CM_ERROR.field, `A field is nested deeper than ${MAX_DEPTH} levels`);
  }
  const wire = { dialect: "cm", msg: wireMsg } as const;
  const validityMs = cmValidityMs(fields.get("validity"));
  return {
    ok: true,
    reference,
    outgoing: (to) => ({
      principal,
      dialect: "cm",
      to,
      originator,
      text,
      channels: channels.list,
      channelsDeclared: channels.declared,
      purpose: undefined,
      policy: undefined,
      riskCheck: "enable",
      reference,
      callback: undefined,
      endUserAddress: undefined,
      wire,
      ...(validityMs !== undefined && { sending: { validityMs } }),
      at,
    }),
  };
}

/** Not valid, and not merely absent. */
const INVALID = Symbol("invalid");

function readReference(value: unknown): string | undefined | typeof INVALID {
  if (value === undefined || value === null || value === "") return undefined;
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string" || text.length > MAX_REFERENCE || CONTROL.test(text)) return INVALID;
  return text;
}

interface Channels {
  readonly list: readonly [Channel, ...Channel[]];
  readonly declared: boolean;
}

/**
 * The channels of the message, else those that the account declared, else one SMS that nobody declared. A push with an
 * `appKey` (hybrid messaging) falls back to SMS unless a list says otherwise, so it is no exception.
 */
function channelsOf(value: unknown, principal: KeyPrincipal): Channels | undefined {
  if (value !== undefined && value !== null) {
    const list = readCmChannels(value);
    return list === undefined ? undefined : { list, declared: true };
  }
  const [first, ...rest] = principal.account.declaredChannels ?? [];
  return first === undefined ? { list: ["sms"], declared: false } : { list: [first, ...rest], declared: true };
}

function readSender(value: unknown, channels: readonly Channel[]): string | undefined {
  const sender = typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? String(value) : value;
  if (typeof sender !== "string" || sender.trim() === "" || sender.length > MAX_SENDER) return undefined;
  if (CONTROL.test(sender) || (channels.includes("sms") && !SMS_SENDER.test(sender))) return undefined;
  return sender;
}

/** `body` is the fields of the body object, or whatever else stood there. Rich content can do without a text. */
function readText(body: unknown, rich: boolean): string | undefined | typeof INVALID {
  if (body === undefined || body === null) return rich ? undefined : INVALID;
  const content: unknown = body instanceof Map ? body.get("content") : INVALID;
  if (rich && (content === undefined || content === null || content === "")) return undefined;
  return typeof content === "string" && content !== "" && content.length <= MAX_TEXT ? content : INVALID;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (isDeeperThan(child, levels - 1)) return true;
  return false;
}
