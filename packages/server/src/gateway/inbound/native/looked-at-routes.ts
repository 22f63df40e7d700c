import { type Engine, shownNumber } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../../../api/app.ts";
import { verdictFields } from "../../../decisions/decision-body.ts";
import { forWhomAsks } from "../../../decisions/masked-number.ts";
import { messageOfRecord } from "../../../decisions/message-of-record.ts";
import type { RevealAllowance } from "../../../decisions/reveal-allowance.ts";
import { type Explain, publicId, viewOfVerdict } from "../../../decisions/view-decision.ts";
import type { Store } from "../../../store/store.ts";
import { findMessage, messageParams, notThere } from "./find-message.ts";

const tags = ["Messages"];
const params = messageParams;
const revealedView = z.object({ id: z.string(), to: z.string() }).meta({ id: "RevealedNumber" });
const checkView = z.object({ id: z.string(), ...verdictFields }).meta({ id: "MessageCheck" });

export interface LookedAtDeps {
  readonly store: Pick<Store, "messages" | "decisions" | "journal">;
  readonly engine: Pick<Engine, "preview">;
  readonly explain: Explain;
  readonly looks: RevealAllowance;
}

/** Looking closer at one message: at its whole number, and at what would be decided on it now. */
export function lookedAtRoutes({ store, engine, explain, looks }: LookedAtDeps): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/messages/:id/reveal",
      {
        config: { scope: "numbers:reveal" },
        schema: {
          tags,
          summary: "Show the whole number of a message",
          description: "Each look is in the audit trail. A person may take 120 looks in ten minutes.",
          params,
          response: { 200: revealedView },
        },
      },
      async (request) => {
        const { account, actor, at } = request.accountContext;
        const { id, to } = await findMessage(store, request.accountContext, request.params.id);
        looks.take(request.accountContext);
        await store.journal.append([{ type: "number_revealed", at, actor, account: account.id, message: id }]);
        return { id: publicId("msg_", id), to: shownNumber(to) };
      },
    );
    app.get(
      "/v1/messages/:id/check",
      {
        config: { scope: "messages:read" },
        schema: {
          tags,
          summary: "Say what would be decided now on a message that was",
          description:
            "By the policy that decided on it, as it is now, detection included. Nothing is sent, recorded or counted.",
          params,
          response: { 200: checkView },
        },
      },
      async (request) => {
        const { principal, account, at } = request.accountContext;
        const { id, to } = await findMessage(store, request.accountContext, request.params.id);
        const record = await store.decisions.find(account.id, id);
        if (record?.type !== "message_decided") throw notThere();
        const verdict = engine.preview(messageOfRecord(record, at), record.verdict.policy.policy);
        return forWhomAsks(principal, { id: publicId("msg_", id), ...viewOfVerdict(verdict, explain) }, to);
      },
    );
  };
}
