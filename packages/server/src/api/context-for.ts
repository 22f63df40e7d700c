import type { IncomingHttpHeaders } from "node:http";
import type { Directory } from "../accounts/directory.ts";
import { reachableAccount } from "../accounts/reachable-account.ts";
import type { AccountContext } from "./account-context.ts";
import type { Caller } from "./caller.ts";
import { ServiceError } from "./service-error.ts";

/**
 * The account that a request is for: the one named, which for a key must be its own or one below it; else the key's own;
 * else, for the operator, the only root account there is. Undefined: the operator named none, and there are several.
 */
export function contextFor(
  caller: Caller,
  named: string | undefined,
  directory: Directory,
): AccountContext | undefined {
  const { principal } = caller;
  if (named !== undefined) return { ...caller, account: reachableAccount(directory, principal, named) };
  if (principal.type === "key") return { ...caller, account: principal.account };
  const roots = directory.accounts().filter(({ parent }) => parent === undefined);
  const [only] = roots;
  return only !== undefined && roots.length === 1 ? { ...caller, account: only } : undefined;
}

/** What a request is told that must be for an account, and names none. */
export function accountNotNamed(): ServiceError {
  return new ServiceError("invalid_request", "Name the account that this is for in the Safeguard-Account header.", [
    { field: "Safeguard-Account", message: "is missing; the operator must name an account here" },
  ]);
}

/** Node joins a header that was sent twice, so no list of values comes here. */
export function accountNamedBy(headers: IncomingHttpHeaders): string | undefined {
  const named = headers["safeguard-account"];
  return typeof named === "string" ? named : undefined;
}
