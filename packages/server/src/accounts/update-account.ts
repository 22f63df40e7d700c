import type { EpochMilliseconds } from "@safeguard/core";
import type { Caller } from "../api/caller.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Account } from "./account.ts";
import type { AccountPatch } from "./account-body.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import { type ChangedAccount, changeAccount, mintWebhookSecret } from "./change-account.ts";
import { checkPolicyNames, namesOfAccount } from "./check-policy-names.ts";
import { checkReportUrls } from "./check-report-urls.ts";
import type { Principal } from "./principal.ts";
import { reachableAccount } from "./reachable-account.ts";
import { webhookSecretPurpose } from "./sealed-purposes.ts";

/** Changes settings of an account; in force with the next request. */
export function updateAccount(
  deps: AccountServiceDeps,
  caller: Caller,
  id: string,
  patch: AccountPatch,
): Promise<ChangedAccount> {
  checkReportUrls(deps, patch.reports);
  return deps.serially(async () => {
    const before = reachableAccount(deps.directory, caller.principal, id);
    refuseOwnBlindness(caller.principal, before, patch);
    checkPolicyNames(deps, before.id, namesOfAccount(patch));
    const changed = changeAccount(deps.seal, before, patch);
    await deps.changes.commit([
      { type: "account_saved", at: caller.at, actor: caller.actor, account: changed.account },
    ]);
    return changed;
  });
}

/** So long webhooks are signed with the replaced secret as well: time to bring the new one to every receiver. */
export const SECRET_OVERLAP_MS = 24 * 3_600_000;

/** Otherwise whoever wants to loosen alone would first do away with the second person. */
function refuseOwnBlindness(principal: Principal, { id, fourEyes }: Account, patch: AccountPatch): void {
  if (fourEyes === undefined || patch.fourEyes !== null) return;
  if (principal.type === "operator" || principal.account.id !== id) return;
  throw new ServiceError("forbidden", "Only an account above this one, or the operator, can turn four eyes off.", [
    { field: "fourEyes", message: "cannot be turned off by the account itself" },
  ]);
}

/** Replaces the webhook secret; what is sent is signed with the new one, and for a day with the old one as well. */
export function rollWebhookSecret(deps: AccountServiceDeps, caller: Caller, id: string): Promise<ChangedAccount> {
  return deps.serially(async () => {
    const before = reachableAccount(deps.directory, caller.principal, id);
    const webhookSecret = mintWebhookSecret();
    const webhookSecretSealed = deps.seal.seal(webhookSecret, webhookSecretPurpose(before.id));
    const replaced = before.reports.webhookSecretSealed;
    const previousWebhookSecret =
      replaced === undefined
        ? {}
        : { previousWebhookSecret: { sealed: replaced, until: (caller.at + SECRET_OVERLAP_MS) as EpochMilliseconds } };
    const account = { ...before, reports: { ...before.reports, webhookSecretSealed, ...previousWebhookSecret } };
    await deps.changes.commit([{ type: "account_saved", at: caller.at, actor: caller.actor, account }]);
    return { account, webhookSecret };
  });
}
