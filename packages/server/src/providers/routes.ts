import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import { type Problem, ServiceError } from "../api/service-error.ts";
import type { RouteTable } from "../gateway/outbound/provider.ts";
import { destinationsNamed } from "../policies/destination-names.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";
import { providerIdBody } from "./provider-view.ts";

const routeView = z.object({
  destination: z.string().describe("A destination (`NL`, `870`), or `*` for all. The first that fits holds."),
  providers: z.array(z.string()).describe("In the order to be tried: the next one only after a definite refusal."),
});

export const routesView = z
  .object({
    account: z.string(),
    routes: z.array(routeView).describe("The account's own."),
    inherited: z
      .object({
        account: z.string().nullable().describe("null: it is above the caller's own."),
        routes: z.array(routeView),
      })
      .nullable()
      .describe("What holds where the account has none: the routes of the nearest account above that has some."),
  })
  .meta({ id: "Routes" });
export type RoutesView = z.infer<typeof routesView>;

export const routesBody = z
  .strictObject({
    routes: z
      .array(
        z.strictObject({
          destination: z.string().describe("A destination, a group such as `africa`, or `*` for all."),
          providers: z.array(providerIdBody).min(1).max(10),
        }),
      )
      .max(1000)
      .describe("All routes of the account. Empty: as the account above."),
  })
  .meta({ id: "SetRoutes" });
export type SetRoutes = z.output<typeof routesBody>;

export function getRoutes(deps: ProviderServiceDeps, { account, principal }: AccountContext): RoutesView {
  const own = deps.providers.routesOf(account.id)?.routes ?? [];
  let above = account.parent;
  while (own.length === 0 && above !== undefined) {
    const table = deps.providers.routesOf(above);
    if (table !== undefined && table.routes.length > 0) {
      const mayKnow = principal.type === "operator" || deps.directory.isWithin(above, principal.account.id);
      const inherited = { account: mayKnow ? above : null, routes: viewOf(table.routes) };
      return { account: account.id, routes: [], inherited };
    }
    above = deps.directory.account(above)?.parent;
  }
  return { account: account.id, routes: viewOf(own), inherited: null };
}

/** Replaces the account's routes. Groups are written out, destination by destination. */
export function setRoutes(
  deps: ProviderServiceDeps,
  context: AccountContext,
  { routes }: SetRoutes,
): Promise<RoutesView> {
  return deps.serially(async () => {
    const { account, actor, at } = context;
    const usable = deps.providers.providers(account.id).map(({ id }) => id);
    const problems: Problem[] = [];
    const seen = new Set<string>();
    const table = routes.flatMap(({ destination, providers }, index) => {
      for (const [place, provider] of providers.entries()) {
        if (usable.includes(provider)) continue;
        const right =
          usable.length === 0 ? "this account may use none yet" : `this account may use ${usable.join(", ")}`;
        problems.push({ field: `routes.${index}.providers.${place}`, message: `${provider} is no provider; ${right}` });
      }
      const named = destination === "*" ? { ok: true as const, destinations: ["*"] } : destinationsNamed(destination);
      if (!named.ok) {
        problems.push({ field: `routes.${index}.destination`, message: named.message });
        return [];
      }
      if (seen.has("*"))
        problems.push({ field: `routes.${index}`, message: "comes after *, which fits everything: put it before" });
      const fresh = named.destinations.filter((code) => !seen.has(code));
      if (fresh.length === 0)
        problems.push({ field: `routes.${index}.destination`, message: `${destination} has a route already` });
      for (const code of fresh) seen.add(code);
      return fresh.map((code) => ({ destination: code, providers }));
    });
    if (problems.length > 0) throw new ServiceError("invalid_request", "The routes are not valid.", problems);
    await deps.changes.commit([{ type: "routes_saved", at, actor, routes: { account: account.id, routes: table } }]);
    return getRoutes(deps, context);
  });
}

function viewOf(routes: RouteTable["routes"]): RoutesView["routes"] {
  return routes.map(({ destination, providers }) => ({ destination, providers: [...providers] }));
}
