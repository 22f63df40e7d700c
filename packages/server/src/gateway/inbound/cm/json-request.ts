import type { KeyPrincipal } from "../../../accounts/principal.ts";
import { repeatedName } from "../../../api/repeated-name.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import { CM_ERROR } from "../../wire/cm-answer.ts";
import { isCmObject, readFields } from "../../wire/cm-fields.ts";
import type { CmProblem } from "./cm-answers.ts";
import { readCmMessage } from "./cm-message.ts";
import { decodeUtf8, parseJson } from "./decode-body.ts";

/** CM.com documents 1,000 `msg` for one call; how many recipients they may have together is our choice. */
export const MAX_MSG = 1_000;
export const MAX_MESSAGES = 10_000;

/** One message to one recipient: ready to be screened, or wrong in itself. In the order of the request. */
export type RequestLine = { readonly to: string; readonly reference: string | undefined } & (
  | { readonly ok: true; readonly message: OutgoingMessage }
  | { readonly ok: false; readonly problem: CmProblem }
);

export interface Envelope {
  /** As it stands in `messages.authentication.productToken`. */
  readonly token: unknown;
  readonly msg: unknown;
}

export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: CmProblem };

const NAME_TWICE = malformed("a field stands twice in different casings, or its name is not ASCII");

/** The outer part of the body: enough to authenticate. */
export function readEnvelope(body: Buffer): Reading<Envelope> {
  const text = decodeUtf8(body);
  const value = parseJson(text);
  if (text === undefined || value === undefined) return malformed("the body is not JSON in UTF-8");
  const repeated = repeatedName(text);
  if (repeated !== undefined) return malformed(`the name ${repeated.slice(0, 64)} stands twice in one object`);
  const root = isCmObject(value) ? readFields(value) : undefined;
  const messages = root?.get("messages");
  const fields = isCmObject(messages) ? readFields(messages) : undefined;
  if (fields === undefined)
    return malformed('expected {"messages": {"authentication": …, "msg": […]}}, each name once');
  const authentication = fields.get("authentication");
  if (!isCmObject(authentication)) return { ok: true, value: { token: undefined, msg: fields.get("msg") } };
  const credentials = readFields(authentication);
  if (credentials === undefined) return NAME_TWICE;
  return { ok: true, value: { token: credentials.get("producttoken"), msg: fields.get("msg") } };
}

/** Every `msg` for every `to`. A wrong one never stops the others; a request whose meaning is unclear is refused whole. */
export function readLines(
  list: unknown,
  principal: KeyPrincipal,
  at: OutgoingMessage["at"],
): Reading<readonly RequestLine[]> {
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_MSG) {
    return badList(`messages.msg takes a list of 1 to ${MAX_MSG} messages`);
  }
  const lines: RequestLine[] = [];
  for (const msg of list as readonly unknown[]) {
    if (!isCmObject(msg)) return badList("each entry of messages.msg must be an object");
    const fields = readFields(msg);
    const message = fields && readCmMessage(msg, fields, principal, at);
    if (fields === undefined || message === undefined) return NAME_TWICE;
    const { reference } = message;

    const to = fields.get("to");
    if (!Array.isArray(to) || to.length === 0) {
      const problem = { code: CM_ERROR.to, details: 'Invalid to: a list such as [{"number": "0031612345678"}]' };
      lines.push({ ok: false, to: "", reference, problem: message.ok ? problem : message.problem });
      continue;
    }
    if (lines.length + to.length > MAX_MESSAGES) {
      return badList(`a request takes at most ${MAX_MESSAGES} messages, counting each recipient of each msg`);
    }
    for (const entry of to as readonly unknown[]) {
      const entryFields = isCmObject(entry) ? readFields(entry) : undefined;
      if (isCmObject(entry) && entryFields === undefined) return NAME_TWICE;
      const number = readNumber(entryFields?.get("number"));
      if (!message.ok) {
        lines.push({ ok: false, to: number ?? "", reference, problem: message.problem });
      } else if (number === undefined) {
        const problem = { code: CM_ERROR.to, details: 'Invalid to: each entry is such as {"number": "0031612345678"}' };
        lines.push({ ok: false, to: "", reference, problem });
      } else {
        lines.push({ ok: true, to: number, reference, message: message.outgoing(number) });
      }
    }
  }
  return { ok: true, value: lines };
}

/** A text, or a JSON number that still has all its digits. */
function readNumber(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
}

function malformed(what: string): Reading<never> {
  return { ok: false, problem: { code: CM_ERROR.malformed, details: `The request is malformed: ${what}` } };
}

function badList(what: string): Reading<never> {
  return { ok: false, problem: { code: CM_ERROR.messageList, details: `The list of messages is wrong: ${what}` } };
}
