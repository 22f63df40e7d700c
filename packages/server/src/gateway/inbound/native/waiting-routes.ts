import { z } from "zod";
import type { RoutePlugin } from "../../../api/app.ts";
import { ServiceError } from "../../../api/service-error.ts";
import type { Changes } from "../../../changes.ts";
import { forWhomAsks } from "../../../decisions/masked-number.ts";
import { type Explain, idFromPublic } from "../../../decisions/view-decision.ts";
import { SETTLED_OUTCOMES } from "../../../store/journal-record.ts";
import type { MessageView, Store } from "../../../store/store.ts";
import type { SubmissionQueue } from "../../submissions/submission-queue.ts";
import { messageView } from "./message-body.ts";
import { viewOfMessage } from "./view-message.ts";

export interface WaitingRouteDeps {
  readonly store: Pick<Store, "messages">;
  readonly changes: Changes;
  readonly submissions: Pick<SubmissionQueue, "cancel">;
  readonly explain: Explain;
}

const tags = ["Messages"];
const params = z.object({ id: z.string().describe("`msg_…`, the `SM…` of a Twilio client, or the bare 32 digits.") });
const config = { scope: "messages:send" } as const;

export const settleBody = z
  .strictObject({
    outcome: z
      .enum(SETTLED_OUTCOMES)
      .describe("`sent`: the provider has it. `not_sent`: it never did; nothing is sent by saying so."),
    reason: z.string().trim().min(1).max(500).describe("How you know; kept in the audit trail."),
  })
  .meta({ id: "SettleMessage", examples: [{ outcome: "sent", reason: "it stands in the provider's log" }] });

/** What a person or program does about one message that waits or is in doubt. */
export function waitingRoutes({ store, changes, submissions, explain }: WaitingRouteDeps): RoutePlugin {
  const found = async (account: MessageView["account"], text: string): Promise<MessageView> => {
    const id = idFromPublic(text);
    const message = id && (await store.messages.find(account, id));
    if (message === undefined) throw new ServiceError("not_found", "There is no such message.");
    return message;
  };
  return async (app) => {
    app.post(
      "/v1/messages/:id/cancel",
      {
        config,
        schema: {
          tags,
          summary: "Cancel a message that waits",
          description: "It is not sent any more. `conflict`: it was sent, is being sent, or ended before.",
          params,
          response: { 200: messageView },
        },
      },
      async (request) => {
        const { account, principal } = request.accountContext;
        const message = await found(account.id, request.params.id);
        if (!(await submissions.cancel(account.id, message.id))) {
          const { status } = await found(account.id, request.params.id);
          throw new ServiceError(
            "conflict",
            `The message is ${status.replaceAll("_", " ")}: only one that waits can be canceled.`,
          );
        }
        const view = viewOfMessage(await found(account.id, request.params.id), explain);
        return forWhomAsks(principal, view, message.to);
      },
    );
    app.post(
      "/v1/messages/:id/settle",
      {
        config,
        schema: {
          tags,
          summary: "Say what became of a message in doubt",
          description: "Nothing is sent. `conflict`: it is not in doubt.",
          params,
          body: settleBody,
          response: { 200: messageView },
        },
      },
      async (request) => {
        const { account, actor, at, principal } = request.accountContext;
        const { outcome, reason } = request.body;
        const message = await found(account.id, request.params.id);
        const { id, status, provider = "none", attempt = 1 } = message;
        if (status !== "in_doubt")
          throw new ServiceError("conflict", `The message is ${status.replaceAll("_", " ")}, and not in doubt.`);
        await changes.commit([
          {
            type: "submission_settled",
            message: id,
            at,
            actor,
            account: account.id,
            provider,
            attempt,
            outcome,
            reason,
          },
        ]);
        const view = viewOfMessage(await found(account.id, request.params.id), explain);
        return forWhomAsks(principal, view, message.to);
      },
    );
  };
}
