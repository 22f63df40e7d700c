import { parseRecipient } from "@safeguard/core";
import type { Authenticator } from "../../../accounts/principal.ts";
import type { Store } from "../../../store/store.ts";
import type { Feedback } from "../../feedback/feedback.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import { isCmObject, readFields } from "../../wire/cm-fields.ts";
import { readCmTime } from "../../wire/cm-status-report.ts";
import type { InboundReply, InboundRequest, InboundRoute } from "../exchange.ts";
import { authenticate } from "./cm-authentication.ts";
import { decodeJson, decodeUtf8 } from "./decode-body.ts";
import { parseXml } from "./xml-document.ts";

const MAX_BODY_BYTES = 16 * 1024;

export interface ConversionRoutePorts {
  readonly authenticator: Pick<Authenticator, "byProductToken">;
  readonly messages: Pick<Store["messages"], "findByReference">;
  readonly feedback: Pick<Feedback, "verified">;
}

/**
 * `POST /v1.0/conversion`, CM.com's Conversion API: the client says that the person completed the verification that the
 * message with this number and reference was for. JSON or XML; 200 with an empty body.
 */
export function createConversionRoute(ports: ConversionRoutePorts): InboundRoute {
  return {
    method: "POST",
    path: "/v1.0/conversion",
    maxBodyBytes: MAX_BODY_BYTES,
    tooLarge: () => reply(413, `The request is larger than ${MAX_BODY_BYTES} bytes`),
    fault: () => reply(500, "Internal error: see the server's log"),
    handle: (request) => handle(request, ports),
  };
}

async function handle(request: InboundRequest, ports: ConversionRoutePorts): Promise<InboundReply> {
  const fields = readConversion(request.body);
  const proof = authenticate(ports.authenticator, request, fields?.get("producttoken"), "events:write");
  if (!proof.ok) return reply(proof.failure === "scope" ? 403 : 401, proof.problem.details);
  if (fields === undefined)
    return reply(400, "The request is neither a JSON object nor a Conversion document, or names a field twice");
  const msisdn = readNumber(fields.get("msisdn"));
  const reference = readNumber(fields.get("reference"));
  if (reference === undefined || reference === "")
    return reply(400, "Reference is missing: the reference of the message");
  const recipient = msisdn === undefined ? undefined : parseRecipient(msisdn, "cm");
  if (recipient?.ok !== true) return reply(400, "Msisdn is missing or no number: give it as 0031612345678");
  const at = request.at as OutgoingMessage["at"];
  const claimed = fields.get("convertedtimestamp");
  const time = typeof claimed === "string" && claimed !== "" ? readCmTime(claimed.trim()) : at;
  if (time === undefined) return reply(400, "ConvertedTimestamp is no time: give it as 2024-01-07T14:40:00 (UTC)");

  const message = await ports.messages.findByReference(proof.principal.account.id, recipient.recipient.e164, reference);
  // A reference that we do not know is no error of the client's: it may well send some messages past us, and anything
  // but 200 would make it try for ever.
  if (message !== undefined) {
    const occurredAt = Math.min(time, at) as OutgoingMessage["at"];
    await ports.feedback.verified(proof.principal, message, "confirmed", occurredAt, at);
  }
  return reply(200, "");
}

/** The fields by lower-case name; undefined: not readable. CM.com's `Customer`, `Login` and `Password` mean nothing here. */
function readConversion(body: Buffer): ReadonlyMap<string, unknown> | undefined {
  if (decodeUtf8(body)?.trimStart().startsWith("<") === true) return readXml(body);
  const value = decodeJson(body);
  return isCmObject(value) ? readFields(value) : undefined;
}

function readXml(body: Buffer): ReadonlyMap<string, string> | undefined {
  const root = parseXml(body);
  if (typeof root === "string" || root.name !== "CONVERSION") return undefined;
  const fields = new Map<string, string>();
  for (const { name, text, children } of root.children) {
    if (text === undefined || children.length > 0 || fields.has(name.toLowerCase())) return undefined;
    fields.set(name.toLowerCase(), text.trim());
  }
  return fields;
}

function readNumber(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim();
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
}

function reply(status: number, body: string): InboundReply {
  return { status, headers: body === "" ? {} : { "content-type": "text/plain; charset=utf-8" }, body };
}
