import { CM_ERROR } from "../../wire/cm-answer.ts";
import type { CmObject } from "../../wire/cm-fields.ts";

/** One `MSG` of the older gateway, put as the JSON interface would: so both go the same way from here. */
export interface GatewayMessage {
  readonly msg: CmObject;
  readonly recipients: readonly string[];
}

/** What a request says: who asks, and its messages or the text that follows `Error: ERROR ` in the answer. */
export interface GatewayReading {
  readonly token: string | undefined;
  readonly messages: readonly GatewayMessage[] | string;
}

/** Elements and parameters that have a name in the JSON interface, by their upper-case name. */
const TEXT_FIELDS: Readonly<Record<string, string>> = {
  FROM: "from",
  REFERENCE: "reference",
  CUSTOMGROUPING: "customGrouping",
  CUSTOMGROUPING2: "customGrouping2",
  CUSTOMGROUPING3: "customGrouping3",
  VALIDITY: "validity",
  APPKEY: "appKey",
};
const NUMBER_FIELDS: Readonly<Record<string, string>> = {
  MINIMUMNUMBEROFMESSAGEPARTS: "minimumNumberOfMessageParts",
  MAXIMUMNUMBEROFMESSAGEPARTS: "maximumNumberOfMessageParts",
  DCS: "dcs",
};

/**
 * Writes the fields (upper-case names, `BODY` and `CHANNEL` among them) as a `msg` object. A text instead: the name of
 * the first field that cannot be carried over, which is refused rather than dropped.
 */
export function toMsg(fields: ReadonlyMap<string, string>, bodyType: string | undefined): CmObject | string {
  const msg: Record<string, unknown> & { body?: unknown; allowedChannels?: readonly string[] } = {};
  for (const [name, value] of fields) {
    if (Object.hasOwn(TEXT_FIELDS, name)) {
      msg[TEXT_FIELDS[name] ?? name] = name === "FROM" ? value.trim() : value;
    } else if (Object.hasOwn(NUMBER_FIELDS, name) && /^\s*\d{1,3}\s*$/.test(value)) {
      msg[NUMBER_FIELDS[name] ?? name] = Number(value);
    } else if (name === "BODY") {
      msg.body = bodyType === undefined ? { content: value } : { content: value, type: bodyType };
    } else if (name === "CHANNEL") {
      msg.allowedChannels = [value.trim()];
    } else {
      return name;
    }
  }
  return msg;
}

/** The texts of `gateway.ashx`, as CM.com documents them ("Responses & Errors - XML"). */
export const GATEWAY_TEXT = {
  unknown: "Unknown error",
  noAccount: "No account found for the given authentication",
  unrouteable: "Message is unrouteable.",
  token: "Invalid product token.",
  from: "No FROM field found in a MSG node.",
  noMsg: "A MESSAGES node requires at least one MSG node",
  noNumbers: "No phone numbers found. Message will not be sent.",
} as const;

/** What `gateway.ashx` says for a code of the JSON interface. `Rejected: …` with our own sentence is our choice. */
export function gatewayText(code: number, details: string, to: string): string {
  switch (code) {
    case CM_ERROR.authentication:
      return GATEWAY_TEXT.noAccount;
    case CM_ERROR.productToken:
      return GATEWAY_TEXT.token;
    case CM_ERROR.msisdn:
      return `Rejected: Gsm '${printable(to)}' is not a number.`;
    case CM_ERROR.spam:
    case CM_ERROR.blacklisted:
      return `${GATEWAY_TEXT.unrouteable} ${details}`;
    default:
      return `Rejected: ${details}`;
  }
}

/** The client's own text as it may stand in an answer. */
function printable(text: string): string {
  return text.slice(0, 32).replace(/[^\x20-\x7e]/g, "?");
}
