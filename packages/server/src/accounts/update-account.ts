import type { Caller } from "../api/caller.ts";
import type { AccountPatch } from "./account-body.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import { type ChangedAccount, changeAccount, mintWebhookSecret } from "./change-account.ts";
import { checkPolicyNames, namesOfAccount } from "./check-policy-names.ts";
import { checkReportUrls } from "./check-report-urls.ts";
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
    checkPolicyNames(deps, before.id, namesOfAccount(patch));
    const changed = changeAccount(deps.seal, before, patch);
    await deps.changes.commit([
      { type: "account_saved", at: caller.at, actor: caller.actor, account: changed.account },
    ]);
    return changed;
  });
}

/** Replaces the webhook secret at once; what is sent from now on is signed with the new one. */
export function rollWebhookSecret(deps: AccountServiceDeps, caller: Caller, id: string): Promise<ChangedAccount> {
  return deps.serially(async () => {
    const before = reachableAccount(deps.directory, caller.principal, id);
    const webhookSecret = mintWebhookSecret();
    const webhookSecretSealed = deps.seal.seal(webhookSecret, webhookSecretPurpose(before.id));
    const account = { ...before, reports: { ...before.reports, webhookSecretSealed } };
    await deps.changes.commit([{ type: "account_saved", at: caller.at, actor: caller.actor, account }]);
    return { account, webhookSecret };
  });
}
