import type { KeyPrincipal } from "../../../accounts/principal.ts";
import type { Screening, ScreeningResult } from "../../screening-port.ts";
import type { InboundReply, InboundRequest } from "../exchange.ts";
import { prefixOf } from "./address.ts";
import { messageRequest } from "./message-request.ts";
import { createdResource, viewedResource } from "./message-resource.ts";
import { type Fields, fieldOf, requestFields } from "./request-fields.ts";
import { refusedAnswer, rejectedAnswer, retryAfterOf, stoppedAnswer } from "./twilio-answers.ts";
import { errorBody, messageBody } from "./twilio-body.ts";
import { errorReply, jsonReply, retryAfter } from "./twilio-error.ts";

/** `POST …/Messages.json`: one message to one recipient. */
export async function createMessage(
  screening: Screening,
  principal: KeyPrincipal,
  request: InboundRequest,
): Promise<InboundReply> {
  const read = requestFields(request);
  if (!read.ok) return errorReply(read.problem);
  const asked = messageRequest(principal, read.fields, request.at);
  if (!asked.ok) return errorReply(asked.problem);

  const [result] = await screening.send([asked.message]);
  if (result === undefined) throw new TypeError("screening gave no result for the message");
  const prefix = prefixOf(asked.message.channels[0]);
  const reply = createReply(result, read.fields, prefix, principal.account.twilioSid, request.at);
  return asked.riskCheckIgnored ? { ...reply, headers: { ...reply.headers, ...RISK_CHECK_IGNORED } } : reply;
}

const RISK_CHECK_IGNORED = { "safeguard-notice": "RiskCheck=disable was not honoured: this key may not disable it." };

/** What became of the message, in Twilio's words. */
function createReply(
  result: ScreeningResult,
  fields: Fields,
  prefix: string,
  accountSid: string,
  at: number,
): InboundReply {
  if (result.type === "rejected") return errorReply(rejectedAnswer(fieldOf(fields, "To") ?? "", result.rejection));
  // (this dialect's messages have no reference of the client)
  if (result.type === "repeated") return jsonReply(201, viewedResource(result.message, accountSid));

  const to = prefix + result.recipient.e164;
  const created = { id: result.id, accountSid, to, segments: result.segments, at };
  if (result.type === "stopped") {
    return result.answer === "reject"
      ? errorReply(stoppedAnswer(to, result.verdict, at))
      : jsonReply(201, createdResource(created, fields));
  }

  if (result.type === "waits") {
    const resource = createdResource(created, fields);
    return jsonReply(201, result.state === "scheduled" ? { ...resource, status: "scheduled" } : resource);
  }
  const { outcome } = result;
  switch (outcome.type) {
    case "accepted":
      return jsonReply(201, createdResource(created, fields, messageBody(outcome.answer)));
    case "in_doubt":
      // Answered as accepted: after a failure the client would send it again.
      return jsonReply(201, createdResource(created, fields));
    case "refused": {
      const body = outcome.kind === "credentials" ? undefined : errorBody(outcome.answer);
      if (body === undefined || outcome.answer === undefined) return errorReply(refusedAnswer(to, outcome));
      return jsonReply(outcome.answer.status, body, retryAfter(retryAfterOf(outcome)));
    }
  }
}
