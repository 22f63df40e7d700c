import { hasScope } from "../accounts/has-scope.ts";
import type { Principal } from "../accounts/principal.ts";
import type { RouteScope } from "./route-scope.ts";
import { ServiceError } from "./service-error.ts";

/** Refuses a principal that lacks the scope. The operator may do everything; only the operator has "operator". */
export function permit(principal: Principal, scope: Exclude<RouteScope, "public">): void {
  if (principal.type === "operator") return;
  if (scope === "operator") throw new ServiceError("forbidden", "Only the operator of this server may do this.");
  if (!hasScope(principal.key, scope)) {
    throw new ServiceError("forbidden", `This key lacks the scope ${scope}.`);
  }
}
