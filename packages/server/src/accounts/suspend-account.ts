import type { Caller } from "../api/caller.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Account } from "./account.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import { reachableAccount } from "./reachable-account.ts";

/**
 * Refuses every key and person of the account, and of those below it, from the next request on. An account can suspend
 * itself, and then only one above it, or the operator, can resume it. Doing it again changes nothing.
 */
export function suspendAccount(deps: AccountServiceDeps, caller: Caller, id: string, reason: string): Promise<Account> {
  return saveSuspension(deps, caller, id, reason, true);
}

/** Ends a suspension; one of an account above goes on. */
export function resumeAccount(deps: AccountServiceDeps, caller: Caller, id: string, reason: string): Promise<Account> {
  return saveSuspension(deps, caller, id, reason, false);
}

function saveSuspension(
  deps: AccountServiceDeps,
  { principal, actor, at }: Caller,
  id: string,
  reason: string,
  suspends: boolean,
): Promise<Account> {
  return deps.serially(async () => {
    const before = reachableAccount(deps.directory, principal, id);
    const { suspendedAt, ...rest } = before;
    if ((suspendedAt !== undefined) === suspends) return before;
    // A request of its own that was let in before the suspension must not end it.
    if (!suspends && principal.type === "key" && principal.account.id === before.id) {
      throw new ServiceError("forbidden", "A suspended account cannot resume itself.");
    }
    const account: Account = suspends ? { ...rest, suspendedAt: at } : rest;
    await deps.changes.commit([{ type: "account_saved", at, actor, account, reason }]);
    return account;
  });
}
