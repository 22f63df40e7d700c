import type { Account } from "../accounts/account.ts";
import type { Directory } from "../accounts/directory.ts";
import { hasScope } from "../accounts/has-scope.ts";
import { PERMISSIONS } from "../accounts/permissions.ts";
import type { Principal } from "../accounts/principal.ts";
import type { RouteScope } from "./route-scope.ts";
import { ServiceError } from "./service-error.ts";

/** Refuses what nobody may do for a suspended account, whoever asks. */
export function refuseSuspended(directory: Pick<Directory, "isSuspended">, account: Account, scope: RouteScope): void {
  if (scope === "operator" || scope === "public" || PERMISSIONS[scope].stopsWhenSuspended !== true) return;
  if (directory.isSuspended(account.id)) {
    throw new ServiceError("forbidden", "The account, or an account above it, is suspended.");
  }
}

/** Refuses a principal that lacks the scope. The operator may do everything; only the operator has "operator". */
export function permit(principal: Principal, scope: Exclude<RouteScope, "public">): void {
  if (principal.type === "operator") return;
  if (scope === "operator") throw new ServiceError("forbidden", "Only the operator of this server may do this.");
  if (!hasScope(principal.key, scope)) {
    if (principal.role !== undefined) {
      throw new ServiceError("forbidden", `The role ${principal.role} does not permit ${scope}.`);
    }
    throw new ServiceError("forbidden", `This key lacks the scope ${scope}.`);
  }
}
