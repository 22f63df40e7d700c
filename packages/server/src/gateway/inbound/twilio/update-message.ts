import type { KeyPrincipal } from "../../../accounts/principal.ts";
import type { MessageView, Store } from "../../../store/store.ts";
import type { SubmissionQueue } from "../../submissions/submission-queue.ts";
import type { InboundReply, InboundRequest } from "../exchange.ts";
import { viewedResource } from "./message-resource.ts";
import { fieldOf, requestFields } from "./request-fields.ts";
import { errorReply, jsonReply } from "./twilio-error.ts";

/** `POST …/Messages/{sid}.json` with `Status=canceled`: a message that waits is not sent any more. */
export async function updateMessage(
  submissions: Pick<SubmissionQueue, "cancel">,
  messages: Pick<Store["messages"], "find">,
  principal: KeyPrincipal,
  message: MessageView,
  request: InboundRequest,
): Promise<InboundReply> {
  const read = requestFields(request);
  if (!read.ok) return errorReply(read.problem);
  if (fieldOf(read.fields, "Status") !== "canceled")
    return errorReply({
      error: "method_not_allowed",
      message: "A message can only be canceled (Status=canceled); its text is not kept.",
    });
  const { account } = principal;
  const canceled = await submissions.cancel(account.id, message.id);
  const now = (await messages.find(account.id, message.id)) ?? message;
  // Said twice is said once.
  if (!canceled && now.status !== "canceled")
    return errorReply({
      error: "cannot_cancel",
      message: "The message cannot be canceled: it does not wait any more.",
    });
  return jsonReply(200, viewedResource(now, account.twilioSid));
}
