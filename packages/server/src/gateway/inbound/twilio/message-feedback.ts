import type { EpochMilliseconds } from "@safeguard/core";
import type { KeyPrincipal } from "../../../accounts/principal.ts";
import type { MessageView } from "../../../store/store.ts";
import type { Feedback } from "../../feedback/feedback.ts";
import type { InboundReply, InboundRequest } from "../exchange.ts";
import { messagesUri, rfc2822 } from "./message-resource.ts";
import { fieldOf, requestFields } from "./request-fields.ts";
import { messageSid } from "./sid.ts";
import { errorReply, jsonReply } from "./twilio-error.ts";

/** `POST …/Messages/{sid}/Feedback.json`: whether the person did what the message was for, such as entering its code. */
export async function messageFeedback(
  feedback: Feedback,
  principal: KeyPrincipal,
  message: MessageView,
  request: InboundRequest,
): Promise<InboundReply> {
  const read = requestFields(request);
  if (!read.ok) return errorReply(read.problem);
  const outcome = fieldOf(read.fields, "Outcome");
  // Twilio lets it be absent; a claim about a person is not to be guessed.
  if (outcome !== "confirmed" && outcome !== "unconfirmed")
    return errorReply({ error: "bad_request", message: "Outcome must be confirmed or unconfirmed." });

  const at = request.at as EpochMilliseconds;
  await feedback.verified(principal, message, outcome, at, at);
  const { twilioSid } = principal.account;
  const sid = messageSid(message.id);
  return jsonReply(201, {
    account_sid: twilioSid,
    message_sid: sid,
    outcome,
    date_created: rfc2822(at),
    date_updated: rfc2822(at),
    uri: `${messagesUri(twilioSid)}/${sid}/Feedback.json`,
  });
}
