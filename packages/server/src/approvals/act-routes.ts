import { z } from "zod";
import type { Directory } from "../accounts/directory.ts";
import { mayBeSamePerson } from "../accounts/hands.ts";
import type { AccountContext } from "../api/account-context.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import { PROPOSAL_STATES } from "../policies/proposals.ts";
import { authorView, viewOfActor } from "../policies/revision-view.ts";
import { type ActApprovals, stateOfAct } from "./act-approvals.ts";
import { type ActProposal, type LooseningAct, wordsOfAct } from "./act-proposal.ts";

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
    subject: z.string().nullable().describe("Name of the member or the key that it is about, where it is about one."),
    author: z.string().describe("Who proposed it: a key's or person's id, or the operator."),
    proposedBy: authorView,
    mine: z.boolean().describe("Whoever asks may be who proposed it: he can withdraw it, and another must approve it."),
    createdAt: z.string(),
    expiresAt: z.string(),
    state: z.enum(PROPOSAL_STATES),
    decision: z
      .object({ by: authorView, at: z.string(), reason: z.string() })
      .nullable()
      .describe("Who approved, rejected or withdrew it, and why. null: nobody yet, or it has expired."),
  })
  .meta({ id: "ActProposal" });

/** `/v1/approvals/acts`: what loosens besides policies, and waits for a second person. */
export function actRoutes(approvals: ActApprovals, directory: Pick<Directory, "key" | "member">): RoutePlugin {
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
      async ({ accountContext, query }) => {
        const { account, at } = accountContext;
        const all = approvals.list(account.id);
        const shown = query.state === "all" ? all : all.filter((one) => stateOfAct(one, at) === "open");
        return pageOf(
          shown,
          query,
          ({ id }) => id,
          (proposal) => viewOfAct(proposal, accountContext, directory),
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
          return viewOfAct(decided, accountContext, directory);
        },
      );
    }
  };
}

function viewOfAct(
  proposal: ActProposal,
  { at, actor }: Pick<AccountContext, "at" | "actor">,
  directory: Pick<Directory, "key" | "member">,
): z.infer<typeof actProposalView> {
  const { id, act, author, createdAt, expiresAt, decision } = proposal;
  return {
    id,
    what: wordsOfAct(act),
    act: JSON.parse(JSON.stringify(act)) as z.infer<typeof actProposalView>["act"],
    reason: "reason" in act ? act.reason : null,
    subject: subjectOf(act, directory),
    author: author.type === "operator" ? author.name : (author.person ?? author.key),
    proposedBy: viewOfActor(author),
    mine: mayBeSamePerson(directory, author, actor),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    state: stateOfAct(proposal, at),
    decision:
      decision === undefined
        ? null
        : { by: viewOfActor(decision.by), at: new Date(decision.at).toISOString(), reason: decision.reason },
  };
}

function subjectOf(act: LooseningAct, directory: Pick<Directory, "key" | "member">): string | null {
  switch (act.type) {
    case "add_member":
      return act.member.name;
    case "change_member":
      return directory.member(act.member)?.name ?? null;
    case "widen_key":
      return directory.key(act.key)?.name ?? null;
    default:
      return null;
  }
}
