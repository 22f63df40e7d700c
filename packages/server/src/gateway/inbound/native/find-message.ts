import { z } from "zod";
import type { AccountContext } from "../../../api/account-context.ts";
import { ServiceError } from "../../../api/service-error.ts";
import { idFromPublic } from "../../../decisions/view-decision.ts";
import type { MessageView, Store } from "../../../store/store.ts";

/** Of every route about one message. */
export const messageParams = z.object({
  id: z.string().describe("`msg_…`, the `SM…` of a Twilio client, or the bare 32 digits."),
});

/** The account's message of this id, in any of its spellings. */
export async function findMessage(
  { messages }: Pick<Store, "messages">,
  { account }: AccountContext,
  text: string,
): Promise<MessageView> {
  const id = idFromPublic(text);
  const message = id && (await messages.find(account.id, id));
  if (message === undefined) throw notThere();
  return message;
}

export function notThere(): ServiceError {
  return new ServiceError("not_found", "There is no such message.");
}
