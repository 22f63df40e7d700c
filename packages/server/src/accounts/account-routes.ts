import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import {
  accountPatchBody,
  accountView,
  newAccountBody,
  savedAccountView,
  suspensionBody,
  viewOfAccount,
} from "./account-body.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import type { ChangedAccount } from "./change-account.ts";
import { createAccount } from "./create-account.ts";
import { reachableAccount } from "./reachable-account.ts";
import { resumeAccount, suspendAccount } from "./suspend-account.ts";
import { rollWebhookSecret, updateAccount } from "./update-account.ts";

const params = z.object({ id: z.string() });
const tags = ["Accounts"];

/** `/v1/accounts`: the caller's own account and those below it; for the operator all. */
export function accountRoutes(deps: AccountServiceDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/accounts",
      {
        config: { scope: "accounts:read", account: "optional" },
        schema: {
          tags,
          summary: "List the accounts within reach, oldest first",
          querystring: pageQuery,
          response: { 200: pageView(accountView, "AccountPage") },
        },
      },
      async (request) => {
        const { principal } = request.caller;
        const within = deps.directory
          .accounts()
          .filter(({ id }) => principal.type === "operator" || deps.directory.isWithin(id, principal.account.id));
        return pageOf(within, request.query, ({ id }) => id, viewOfAccount);
      },
    );
    app.post(
      "/v1/accounts",
      {
        config: { scope: "accounts:write", account: "optional" },
        schema: {
          tags,
          summary: "Make an account below one within reach",
          body: newAccountBody,
          response: { 201: savedAccountView },
        },
      },
      async (request, reply) => {
        const { principal } = request.caller;
        // A key that acts for an account below its own makes the new one there.
        const parent = principal.type === "key" ? { parent: request.accountContext.account.id } : {};
        reply.code(201);
        return saved(await createAccount(deps, request.caller, { ...parent, ...request.body }));
      },
    );
    app.get(
      "/v1/accounts/:id",
      {
        config: { scope: "accounts:read", account: "optional" },
        schema: { tags, summary: "Get an account", params, response: { 200: accountView } },
      },
      async (request) => viewOfAccount(reachableAccount(deps.directory, request.caller.principal, request.params.id)),
    );
    app.patch(
      "/v1/accounts/:id",
      {
        config: { scope: "accounts:write", account: "optional" },
        schema: {
          tags,
          summary: "Change settings of an account",
          params,
          body: accountPatchBody,
          response: { 200: savedAccountView },
        },
      },
      async (request) => saved(await updateAccount(deps, request.caller, request.params.id, request.body)),
    );
    for (const [verb, service, summary] of [
      ["suspend", suspendAccount, "Refuse every key and person of an account, and of those below it, at once"],
      ["resume", resumeAccount, "Let a suspended account in again"],
    ] as const) {
      app.post(
        `/v1/accounts/:id/${verb}`,
        {
          config: { scope: "accounts:write", account: "optional" },
          schema: { tags, summary, params, body: suspensionBody, response: { 200: accountView } },
        },
        async (request) => viewOfAccount(await service(deps, request.caller, request.params.id, request.body.reason)),
      );
    }
    app.post(
      "/v1/accounts/:id/webhook-secret",
      {
        config: { scope: "accounts:write", account: "optional" },
        schema: {
          tags,
          summary: "Replace the secret that signs webhooks",
          params,
          response: { 201: savedAccountView },
        },
      },
      async (request, reply) => {
        reply.code(201);
        return saved(await rollWebhookSecret(deps, request.caller, request.params.id));
      },
    );
  };
}

function saved({ account, webhookSecret }: ChangedAccount): z.infer<typeof savedAccountView> {
  return { ...viewOfAccount(account), ...(webhookSecret === undefined ? {} : { webhookSecret }) };
}
