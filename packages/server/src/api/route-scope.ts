import type { FastifyInstance } from "fastify";
import { SCOPES, type Scope } from "../accounts/api-key.ts";

/** Who may call a route: keys with a scope (and the operator), the operator alone, or everybody. */
export type RouteScope = Scope | "operator" | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route says it; one that does not keeps the server from starting. */
    scope?: RouteScope;
    /** `optional`: the route can also be called without saying for which account (only the operator can). Default `required`. */
    account?: "required" | "optional";
    /** Its answers are personal: none is kept under an `Idempotency-Key`. */
    keepsNoAnswer?: boolean;
    /** The handler is an InboundRoute, which proves the credential itself. */
    provesCredential?: boolean;
  }
}

/** A route was written without its scope, so nobody has thought about who may call it. */
export class RouteWithoutScope extends Error {
  override readonly name = "RouteWithoutScope";
  readonly code = "route_without_scope";

  constructor(method: string, url: string) {
    super(`${method} ${url} declares no scope: give it config: { scope } (a key's scope, "operator" or "public")`);
  }
}

export interface RouteInventoryEntry {
  readonly method: string;
  readonly url: string;
  readonly scope: RouteScope;
}

const KNOWN = new Set<string>([...SCOPES, "operator", "public"]);

/** Makes every route that is added from now on name its scope; returns the growing list of all routes. */
export function requireRouteScopes(app: FastifyInstance): readonly RouteInventoryEntry[] {
  const inventory: RouteInventoryEntry[] = [];
  app.addHook("onRoute", (route) => {
    const method = String(route.method);
    const scope = route.config?.scope;
    if (scope === undefined || !KNOWN.has(scope)) throw new RouteWithoutScope(method, route.url);
    inventory.push({ method, url: route.url, scope });
  });
  return inventory;
}
