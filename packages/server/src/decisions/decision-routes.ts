import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Store } from "../store/store.ts";
import { decisionView } from "./decision-body.ts";
import { forWhomAsks } from "./masked-number.ts";
import { type Explain, idFromPublic, viewOfDecision } from "./view-decision.ts";

/** Reading decisions; making them is a hot route in gateway/inbound/native. */
export function decisionRoutes(store: Pick<Store, "decisions">, explain: Explain): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/decisions/:id",
      {
        config: { scope: "messages:read" },
        schema: {
          tags: ["Decisions"],
          summary: "Get a decision, or a message's first decision, with what was found",
          params: z.object({ id: z.string().describe("`dec_…`, `msg_…`, `SM…`, or the bare 32 digits.") }),
          response: { 200: decisionView },
        },
      },
      async (request) => {
        const id = idFromPublic(request.params.id);
        const record = id && (await store.decisions.find(request.accountContext.account.id, id));
        if (record === undefined) throw new ServiceError("not_found", "There is no such decision.");
        const view = viewOfDecision(record, explain);
        return forWhomAsks(request.accountContext.principal, view, view.to);
      },
    );
  };
}
