import type { AccountId, EpochMilliseconds, PolicyLevel } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { mayRead, noSuchPolicy } from "./get-policy.ts";
import { knownPolicies } from "./known-policies.ts";
import { documentOfView, instantView, policyDocumentView, viewOfDocument, viewOfInstant } from "./policy-body.ts";
import type { PolicyReadDeps } from "./policy-services.ts";

const levelView = z.object({
  account: z.string(),
  policy: z.string(),
  revision: z.int(),
  document: policyDocumentView,
  numberingTable: z.string(),
});

export const policyLevelsView = z
  .object({
    account: z.string(),
    policy: z.string(),
    at: instantView.describe("What decides at this time."),
    levels: z.array(levelView).describe("The account's own first, then those above it, to the root."),
  })
  .meta({ id: "PolicyLevels" });

export type PolicyLevelsView = z.infer<typeof policyLevelsView>;

/** Every level whole, so that another program can decide as the server does. */
export function getPolicyLevels(
  deps: PolicyReadDeps,
  context: AccountContext,
  policy: string,
  at: EpochMilliseconds = context.at,
): PolicyLevelsView {
  const { account, principal } = context;
  if (policy !== account.defaultPolicy && !knownPolicies(deps, account.id).includes(policy)) {
    throw noSuchPolicy(deps, context, policy);
  }
  const levels = deps.engine.levelsFor(account.id, policy, at);
  if (levels.some((level) => !mayRead(deps, principal, level.account))) {
    throw new ServiceError(
      "forbidden",
      "Accounts above this one take part in its decisions, and this key may not read them: ask with POST /v1/decisions instead.",
    );
  }
  return { account: account.id, policy, at: viewOfInstant(at), levels: levels.map(viewOfLevel) };
}

/** Turns the answer back into what the core decides by. */
export function levelsOf(view: PolicyLevelsView): readonly PolicyLevel[] {
  return view.levels.map(({ document, ...level }) => ({ ...level, document: documentOfView(document) }));
}

function viewOfLevel(level: PolicyLevel): z.infer<typeof levelView> {
  return { ...level, account: level.account as AccountId, document: viewOfDocument(level.document) };
}
