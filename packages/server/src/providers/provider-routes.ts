import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { addProvider } from "./add-provider.ts";
import { ownProviderRoutes } from "./own-provider-routes.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";
import { newProviderBody, providerCheckView, providerView, viewOfProvider } from "./provider-view.ts";
import { providerCalled, removeProvider } from "./remove-provider.ts";
import { getRoutes, routesBody, routesView, setRoutes } from "./routes.ts";

const params = z.object({ id: z.string() });
const tags = ["Providers"];
/** Providers are the deployment's, with credentials that may cost money: only who operates it adds them. */
const config = { scope: "operator" } as const;

/** `/v1/providers` (the operator's) and `/v1/routes` (each account's). */
export function providerRoutes(deps: ProviderServiceDeps): RoutePlugin {
  return async (app) => {
    await app.register(ownProviderRoutes(deps));
    app.get(
      "/v1/providers",
      {
        config,
        schema: { tags, summary: "List the providers", response: { 200: z.object({ items: z.array(providerView) }) } },
      },
      async () => ({ items: deps.providers.providers().map((provider) => viewOfProvider(deps, provider)) }),
    );
    app.post(
      "/v1/providers",
      { config, schema: { tags, summary: "Add a provider", body: newProviderBody, response: { 201: providerView } } },
      async (request, reply) => {
        const provider = await addProvider(deps, request.caller, request.body);
        reply.code(201);
        return viewOfProvider(deps, provider);
      },
    );
    app.get(
      "/v1/providers/:id",
      { config, schema: { tags, summary: "Get a provider", params, response: { 200: providerView } } },
      async (request) => viewOfProvider(deps, providerCalled(deps, request.params.id)),
    );
    app.post(
      "/v1/providers/:id/test",
      {
        config,
        schema: { tags, summary: "Check a provider; nothing is sent", params, response: { 200: providerCheckView } },
      },
      async (request) => deps.test(providerCalled(deps, request.params.id)),
    );
    app.delete(
      "/v1/providers/:id",
      { config, schema: { tags, summary: "Remove a provider", params, response: { 204: z.null() } } },
      async (request, reply) => {
        await removeProvider(deps, request.caller, request.params.id);
        return reply.code(204).send(null);
      },
    );
    app.get(
      "/v1/routes",
      {
        config: { scope: "routes:write" },
        schema: { tags, summary: "Get the account's routes", response: { 200: routesView } },
      },
      async (request) => getRoutes(deps, request.accountContext),
    );
    app.put(
      "/v1/routes",
      {
        config: { scope: "routes:write" },
        schema: { tags, summary: "Replace the account's routes", body: routesBody, response: { 200: routesView } },
      },
      async (request) => setRoutes(deps, request.accountContext, request.body),
    );
  };
}
