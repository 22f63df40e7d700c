import { randomBytes } from "node:crypto";
import type { AccountId } from "@safeguard/core";
import type { Caller } from "../api/caller.ts";
import { ServiceError } from "../api/service-error.ts";
import { type Account, DEFAULT_ANSWERS } from "./account.ts";
import type { NewAccount } from "./account-body.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import { type ChangedAccount, changeAccount } from "./change-account.ts";
import { checkPolicyNames, namesOfAccount } from "./check-policy-names.ts";
import { checkReportUrls } from "./check-report-urls.ts";
import { randomId } from "./random-id.ts";
import { reachableAccount } from "./reachable-account.ts";

/** Root, customer, customer's customer … A decision walks the chain, so it has an end. */
export const MAX_ACCOUNT_DEPTH = 8;

/** Makes an account: below `input.parent`, else below the key's own; the operator's without a parent is a root. */
export function createAccount(deps: AccountServiceDeps, caller: Caller, input: NewAccount): Promise<ChangedAccount> {
  checkReportUrls(deps, input.reports);
  return deps.serially(async () => {
    const { parent: parentId, ...settings } = input;
    const parent = parentOf(deps, caller, parentId);
    checkPolicyNames(deps, parent?.id, namesOfAccount(settings));
    const fresh: Account = {
      id: randomId("acc_") as AccountId,
      name: input.name,
      ...(parent === undefined ? {} : { parent: parent.id }),
      twilioSid: `AC${randomBytes(16).toString("hex")}`,
      currency: parent?.currency ?? "USD",
      networks: [],
      defaultPolicy: parent?.defaultPolicy ?? "default",
      senderPolicies: {},
      defaultPurpose: parent?.defaultPurpose ?? "otp",
      answers: parent?.answers ?? DEFAULT_ANSWERS,
      reports: {},
      createdAt: caller.at,
    };
    const changed = changeAccount(deps.seal, fresh, settings);
    await deps.changes.commit([
      { type: "account_saved", at: caller.at, actor: caller.actor, account: changed.account },
    ]);
    return changed;
  });
}

function parentOf(deps: AccountServiceDeps, caller: Caller, id: string | undefined): Account | undefined {
  const { principal } = caller;
  if (id === undefined) {
    if (principal.type === "operator") return undefined;
    return checkDepth(deps, principal.account);
  }
  return checkDepth(deps, reachableAccount(deps.directory, principal, id));
}

function checkDepth(deps: AccountServiceDeps, parent: Account): Account {
  let depth = 1;
  for (let above = parent.parent; above !== undefined; above = deps.directory.account(above)?.parent) depth += 1;
  if (depth >= MAX_ACCOUNT_DEPTH) {
    throw new ServiceError(
      "conflict",
      `Accounts can be nested ${MAX_ACCOUNT_DEPTH} deep, and the parent is that deep.`,
    );
  }
  return parent;
}
