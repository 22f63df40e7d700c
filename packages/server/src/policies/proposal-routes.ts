import { z } from "zod";
import { mayBeSamePerson } from "../accounts/hands.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import { comparePolicies, comparisonView } from "./compare-revisions.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { approveProposal, endProposal, openProposals } from "./proposals.ts";
import { revisionView, viewOfRevision } from "./revision-view.ts";

const tags = ["Approvals"];
const params = z.object({
  policy: z.string(),
  number: z.string().regex(/^[1-9]\d{0,8}$/, "must be a revision's number"),
});

const decisionBody = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe("Why; kept in the history.") })
  .meta({ id: "ProposalDecision" });

export const proposalView = z
  .object({
    policy: z.string(),
    number: z.int().describe("Of its first revision: names the proposal."),
    revisions: z.array(revisionView),
    comparison: comparisonView.describe("What its first revision changes of what decides now."),
    mine: z.boolean().describe("Whoever asks may be who proposed it: he can withdraw it, and another must approve it."),
  })
  .meta({ id: "Proposal" });

export const proposalResultView = z.object({ revisions: z.array(revisionView) }).meta({ id: "ProposalResult" });

/** `/v1/approvals`, and approve, reject and withdraw of a revision that waits for a second person. */
export function proposalRoutes(deps: PolicyServiceDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/approvals",
      {
        config: { scope: "policies:read" },
        schema: {
          tags,
          summary: "List what waits for approval, newest first",
          querystring: pageQuery,
          response: { 200: pageView(proposalView, "ProposalPage") },
        },
      },
      async ({ accountContext, query }) => {
        const { account, actor, at } = accountContext;
        const proposals = openProposals(deps, accountContext).flatMap((revisions) => {
          const [first] = revisions;
          if (first === undefined) return [];
          const before = deps.book.inForce(account.id, first.policy, at)?.document ?? {};
          return [
            {
              policy: first.policy,
              number: first.number,
              revisions: revisions.map((revision) => viewOfRevision(revision, undefined, at)),
              comparison: comparePolicies(deps.directory, account, before, first.document),
              mine: mayBeSamePerson(deps.directory, first.author, actor),
            },
          ];
        });
        return pageOf(
          proposals,
          query,
          ({ policy, number }) => `${policy}/${number}`,
          (item) => item,
        );
      },
    );
    app.post(
      "/v1/policies/:policy/revisions/:number/approve",
      {
        config: { scope: "approvals:write" },
        schema: {
          tags,
          summary: "Bring what another has proposed into force",
          params,
          body: decisionBody,
          response: { 201: proposalResultView },
        },
      },
      async ({ accountContext, params: { policy, number }, body: { reason } }, reply) => {
        const revisions = await approveProposal(deps, accountContext, policy, Number(number), reason);
        reply.code(201);
        const decides = deps.book.inForce(accountContext.account.id, policy, accountContext.at)?.number;
        return { revisions: revisions.map((revision) => viewOfRevision(revision, decides)) };
      },
    );
    for (const [verb, outcome, scope, summary] of [
      ["reject", "rejected", "approvals:write", "Reject what was proposed"],
      ["withdraw", "withdrawn", "policies:write", "Withdraw what one has proposed oneself"],
    ] as const) {
      app.post(
        `/v1/policies/:policy/revisions/:number/${verb}`,
        {
          config: { scope },
          schema: { tags, summary, params, body: decisionBody, response: { 200: proposalResultView } },
        },
        async ({ accountContext, params: { policy, number }, body: { reason } }) => {
          const ended = await endProposal(deps, accountContext, policy, Number(number), reason, outcome);
          return { revisions: ended.map((revision) => viewOfRevision(revision, undefined, accountContext.at)) };
        },
      );
    }
  };
}
