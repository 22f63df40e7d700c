import type { AccountId } from "@safeguard/core";
import { ServiceError } from "../api/service-error.ts";
import type { Account } from "./account.ts";
import type { Directory } from "./directory.ts";
import type { Principal } from "./principal.ts";

/** The account with this id, if the caller may reach it: its own or one below. A foreign one is as a missing one. */
export function reachableAccount(directory: Directory, principal: Principal, id: string): Account {
  const account = directory.account(id as AccountId);
  const reachable =
    account !== undefined && (principal.type === "operator" || directory.isWithin(account.id, principal.account.id));
  if (!reachable) throw new ServiceError("not_found", "There is no such account.");
  return account;
}
