import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { Store } from "../store/store.ts";
import { decisionView, verdictFields } from "./decision-body.ts";
import { forWhomAsks } from "./masked-number.ts";
import { type RecomputeDeps, recomputeDecision } from "./recompute-decision.ts";
import { type DecisionRecord, type Explain, idFromPublic, viewOfDecision, viewOfVerdict } from "./view-decision.ts";

export const explanationView = z
  .object({
    agrees: z.boolean().describe("Deciding once more on what was recorded comes to the same, down to its findings."),
    problem: z.string().nullable().describe("Why it could not be decided once more."),
    recorded: decisionView,
    recomputed: z.object(verdictFields).nullable().describe("null: the text is no number, or see `problem`."),
    levels: z
      .array(z.object({ policy: z.string(), revision: z.int() }))
      .describe("What decided: the account's own revision first, then those above."),
  })
  .meta({ id: "Explanation" });

export type ExplanationView = z.infer<typeof explanationView>;

export interface ExplanationDeps extends RecomputeDeps {
  readonly store: Pick<Store, "decisions">;
  readonly explain: Explain;
}

/** Deciding recorded decisions once more. */
export function explanationRoutes(deps: ExplanationDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/decisions/:id/explanation",
      {
        config: { scope: "messages:read", account: "optional" },
        schema: {
          tags: ["Decisions"],
          summary: "Decide once more on what was recorded, and say whether it agrees",
          params: z.object({ id: z.string().describe("`dec_…` or `msg_…`.") }),
          response: { 200: explanationView },
        },
      },
      async (request): Promise<ExplanationView> => {
        const id = idFromPublic(request.params.id);
        const record = id && (await findDecision(deps, request.namedAccountContext?.account.id, id));
        if (record === undefined) throw new ServiceError("not_found", "There is no such decision.");
        const recorded = viewOfDecision(record, deps.explain);
        const explained = explanationOf(deps, record, recorded);
        const shown = forWhomAsks(request.caller.principal, { id: recorded.id, ...explained }, recorded.to);
        return { ...shown, recorded: { ...shown.recorded, id: recorded.id } };
      },
    );
  };
}

function explanationOf(
  deps: ExplanationDeps,
  record: DecisionRecord,
  recorded: ExplanationView["recorded"],
): ExplanationView {
  const result = recomputeDecision(deps, record);
  if (!result.possible) return { agrees: false, problem: result.why, recorded, recomputed: null, levels: [] };
  const { agrees, verdict, levels } = result;
  return {
    agrees,
    problem: null,
    recorded,
    recomputed: verdict === undefined ? null : viewOfVerdict(verdict, deps.explain),
    levels: levels.map(({ policy, revision }) => ({ policy, revision })),
  };
}

/** The operator may ask without naming the account: then whichever has it. */
async function findDecision(
  { store, directory }: ExplanationDeps,
  account: Parameters<Store["decisions"]["find"]>[0] | undefined,
  id: MessageId,
): Promise<DecisionRecord | undefined> {
  if (account !== undefined) return store.decisions.find(account, id);
  for (const candidate of directory.accounts()) {
    const record = await store.decisions.find(candidate.id, id);
    if (record !== undefined) return record;
  }
  return undefined;
}
