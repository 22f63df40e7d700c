import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import {
  newOwnProviderBody,
  ownProviderBody,
  providerKinds,
  providerKindsView,
  usableProviderView,
  viewOfUsable,
} from "./own-provider-view.ts";
import { addOwnProvider, checkUsableProvider, removeOwnProvider, replaceOwnProvider } from "./own-providers.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";
import { providerCheckView } from "./provider-view.ts";

const params = z.object({ id: z.string() });
const tags = ["Providers"];
const choose = { scope: "routes:write" } as const;
const keep = { scope: "providers:write" } as const;

/** `/v1/routes/providers`: what an account may route to, and the providers that it has by itself. */
export function ownProviderRoutes(deps: ProviderServiceDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/provider-kinds",
      {
        config: choose,
        schema: { tags, summary: "Read what each kind of provider can be told", response: { 200: providerKindsView } },
      },
      async () => providerKinds(),
    );
    app.get(
      "/v1/routes/providers",
      {
        config: choose,
        schema: {
          tags,
          summary: "List the providers that the account may route to",
          response: { 200: z.object({ items: z.array(usableProviderView) }).meta({ id: "UsableProviders" }) },
        },
      },
      async ({ accountContext: { account } }) => ({
        items: deps.providers.providers(account.id).map((provider) => viewOfUsable(deps, provider, account.id)),
      }),
    );
    app.post(
      "/v1/routes/providers",
      {
        config: keep,
        schema: {
          tags,
          summary: "Add a provider of the account's own",
          description: "Only the account and those below may route to it. Its addresses must be public ones.",
          body: newOwnProviderBody,
          response: { 201: usableProviderView },
        },
      },
      async (request, reply) => {
        const provider = await addOwnProvider(deps, request.accountContext, request.body);
        reply.code(201);
        return viewOfUsable(deps, provider, request.accountContext.account.id);
      },
    );
    app.put(
      "/v1/routes/providers/:id",
      {
        config: keep,
        schema: {
          tags,
          summary: "Give a provider of the account's own new settings and secrets",
          params,
          body: ownProviderBody,
          response: { 200: usableProviderView },
        },
      },
      async ({ accountContext: context, params: { id }, body }) =>
        viewOfUsable(deps, await replaceOwnProvider(deps, context, id, body), context.account.id),
    );
    app.delete(
      "/v1/routes/providers/:id",
      {
        config: keep,
        schema: { tags, summary: "Remove a provider of the account's own", params, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await removeOwnProvider(deps, request.accountContext, request.params.id);
        return reply.code(204).send(null);
      },
    );
    app.post(
      "/v1/routes/providers/:id/test",
      {
        config: choose,
        schema: {
          tags,
          summary: "Check a provider that the account may route to; nothing is sent",
          params,
          response: { 200: providerCheckView },
        },
      },
      async (request) => checkUsableProvider(deps, request.accountContext, request.params.id),
    );
  };
}
