import { type AccountId, effectiveDetection, type PolicyLevel } from "@safeguard/core";
import { z } from "zod";
import type { Principal } from "../accounts/principal.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { effectiveDetectionView, viewOfDetection } from "./detection-body.ts";
import { policyDocumentView, viewOfDocument } from "./policy-body.ts";
import { managerOf } from "./policy-book.ts";
import type { PolicyReadDeps, PolicyServiceDeps } from "./policy-services.ts";
import { revisionView, viewOfRevision } from "./revision-view.ts";

const levelAboveView = z.object({
  account: z.string().nullable().describe("null: it is above the caller's own account."),
  policy: z.string(),
  revision: z.int(),
  document: policyDocumentView.describe("Of accounts above the caller's own: without their ranges and exceptions."),
});

export const policyView = z
  .object({
    policy: z.string(),
    account: z.string(),
    document: policyDocumentView.describe("What the account itself says now. What it leaves out comes from above."),
    revision: revisionView.nullable().describe("The revision that decides now; null: the account has said nothing."),
    latestRevision: z
      .int()
      .describe("Send it as baseRevision with a change, so that nobody's change is lost. 0: none."),
    managedBy: z.string().nullable().describe("The file (or program) that keeps the policy."),
    detection: effectiveDetectionView.describe("What detection may do by all of these together, defaults included."),
    above: z.array(levelAboveView).describe("What the accounts above say, the nearest first."),
  })
  .meta({ id: "Policy" });

export type PolicyView = z.infer<typeof policyView>;

/** What decides by this policy now: the account's own words, and those of the accounts above it. */
export function getPolicy(deps: PolicyReadDeps, context: AccountContext, policy: string): PolicyView {
  const { account, at, principal } = context;
  const revisions = deps.book.revisions(account.id, policy);
  if (revisions.length === 0 && policy !== account.defaultPolicy) throw noSuchPolicy(deps, context, policy);
  const deciding = deps.book.inForce(account.id, policy, at);
  const levels = deps.engine.levelsFor(account.id, policy, at);
  return {
    policy,
    account: account.id,
    document: viewOfDocument(deciding?.document ?? {}),
    revision: deciding === undefined ? null : viewOfRevision(deciding, deciding.number),
    latestRevision: revisions[0]?.number ?? 0,
    managedBy: managerOf(revisions, at) ?? null,
    detection: viewOfDetection(effectiveDetection(levels.map((level) => level.document))),
    above: levels.slice(1).map((level) => viewOfLevelAbove(deps, principal, level)),
  };
}

export function noSuchPolicy(deps: PolicyServiceDeps, { account }: AccountContext, policy: string): ServiceError {
  const names = [...new Set([account.defaultPolicy, ...deps.book.names(account.id)])].sort();
  return new ServiceError("not_found", `The account has no policy ${policy}; it has ${names.join(", ")}.`);
}

/** May the caller read everything that this account says? Its own and what is below it, not what is above. */
export function mayRead(deps: PolicyServiceDeps, principal: Principal, account: string): boolean {
  return principal.type === "operator" || deps.directory.isWithin(account as AccountId, principal.account.id);
}

function viewOfLevelAbove(
  deps: PolicyReadDeps,
  principal: Principal,
  level: PolicyLevel,
): z.infer<typeof levelAboveView> {
  const { policy, revision } = level;
  if (mayRead(deps, principal, level.account)) {
    return { account: level.account, policy, revision, document: viewOfDocument(level.document) };
  }
  // Ranges and exceptions can name people's numbers.
  const { ranges: _, exceptions: __, ...document } = level.document;
  return { account: null, policy, revision, document: viewOfDocument(document) };
}
