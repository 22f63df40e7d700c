import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import { PROPOSAL_STATES } from "../policies/proposals.ts";
import { type ActApprovals, stateOfAct } from "./act-approvals.ts";
import { type ActProposal, wordsOfAct } from "./act-proposal.ts";

const tags = ["Approvals"];
const params = z.object({ id: z.string() });
const decisionBody = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe("Why; kept in the history.") })
  .meta({ id: "ActDecision" });

export const actProposalView = z
  .object({
    id: z.string(),
    what: z.string().describe("What it would do, in plain words."),
    act: z.json().describe("The same as data."),
    reason: z.string().nullable(),
    author: z.string().describe("Who proposed it: a key's or person's id, or the operator."),
    createdAt: z.string(),
    expiresAt: z.string(),
    state: z.enum(PROPOSAL_STATES),
  })
  .meta({ id: "ActProposal" });

/** `/v1/approvals/acts`: what loosens besides policies, and waits for a second person. */
export function actRoutes(approvals: ActApprovals): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/approvals/acts",
      {
        config: { scope: "policies:read" },
        schema: {
          tags,
          summary: "List acts that wait for approval, newest first",
          description:
            "What loosens besides policies: releases, the end of a lockdown, a bypass, rights of people and keys.",
          querystring: pageQuery.extend({
            state: z.enum(["open", "all"]).default("open").describe("`all`: also those that were decided on."),
          }),
          response: { 200: pageView(actProposalView, "ActProposalPage") },
        },
      },
      async ({ accountContext: { account, at }, query }) => {
        const all = approvals.list(account.id);
        const shown = query.state === "all" ? all : all.filter((one) => stateOfAct(one, at) === "open");
        return pageOf(
          shown,
          query,
          ({ id }) => id,
          (proposal) => viewOfAct(proposal, at),
        );
      },
    );
    for (const [verb, outcome, summary] of [
      ["approve", undefined, "Do what another has proposed"],
      ["reject", "rejected", "Reject an act that was proposed"],
      ["withdraw", "withdrawn", "Withdraw an act that one has proposed oneself"],
    ] as const) {
      app.post(
        `/v1/approvals/acts/:id/${verb}`,
        {
          // (whoever may propose something here may take it back)
          config: { scope: verb === "withdraw" ? "policies:read" : "approvals:write" },
          schema: { tags, summary, params, body: decisionBody, response: { 200: actProposalView } },
        },
        async ({ accountContext, params: { id }, body: { reason } }) => {
          const decided =
            outcome === undefined
              ? await approvals.approve(accountContext, id, reason)
              : await approvals.end(accountContext, id, reason, outcome);
          return viewOfAct(decided, accountContext.at);
        },
      );
    }
  };
}

function viewOfAct(proposal: ActProposal, at: Parameters<typeof stateOfAct>[1]): z.infer<typeof actProposalView> {
  const { id, act, author, createdAt, expiresAt } = proposal;
  return {
    id,
    what: wordsOfAct(act),
    act: JSON.parse(JSON.stringify(act)) as z.infer<typeof actProposalView>["act"],
    reason: "reason" in act ? act.reason : null,
    author: author.type === "operator" ? author.name : (author.person ?? author.key),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    state: stateOfAct(proposal, at),
  };
}
