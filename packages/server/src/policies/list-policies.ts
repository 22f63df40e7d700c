import { LIST_MODES } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import { instantView, viewOfInstant } from "./policy-body.ts";
import { managerOf } from "./policy-book.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";

export const policySummaryView = z
  .object({
    policy: z.string(),
    default: z.boolean().describe("It decides where nothing else is named."),
    revision: z.int().describe("The one that decides now; 0: none."),
    latestRevision: z.int(),
    listMode: z.enum(LIST_MODES).nullable().describe("null: as the account above says."),
    managedBy: z.string().nullable(),
    changedAt: instantView.nullable(),
  })
  .meta({ id: "PolicySummary" });

export type PolicySummary = z.infer<typeof policySummaryView>;

/** The account's policies, the default one among them even before it has a revision. */
export function listPolicies(deps: PolicyServiceDeps, { account, at }: AccountContext): readonly PolicySummary[] {
  const names = new Set([account.defaultPolicy, ...deps.book.names(account.id)]);
  return [...names].sort().map((policy) => {
    const revisions = deps.book.revisions(account.id, policy);
    const deciding = deps.book.inForce(account.id, policy, at);
    const [latest] = revisions;
    return {
      policy,
      default: policy === account.defaultPolicy,
      revision: deciding?.number ?? 0,
      latestRevision: latest?.number ?? 0,
      listMode: deciding?.document.listMode ?? null,
      managedBy: managerOf(revisions, at) ?? null,
      changedAt: latest === undefined ? null : viewOfInstant(latest.createdAt),
    };
  });
}
