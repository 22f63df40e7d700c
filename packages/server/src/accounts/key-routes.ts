import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import { suspensionBody } from "./account-body.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import { createKey } from "./create-key.ts";
import {
  type KeyPatch,
  keyPatchBody,
  keyView,
  mintedKeyView,
  newKeyBody,
  rerollBody,
  viewOfKey,
  viewOfMintedKey,
} from "./key-body.ts";
import { keyOfAccount } from "./key-of-account.ts";
import { rerollKey } from "./reroll-key.ts";
import { revokeKey } from "./revoke-key.ts";
import { resumeKey, suspendKey } from "./suspend-key.ts";
import { updateKey } from "./update-key.ts";

const params = z.object({ id: z.string() });
const tags = ["Keys"];
const config = { scope: "keys:write" } as const;

/** `/v1/keys` of the account that the request is for. */
export function keyRoutes(deps: AccountServiceDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/keys",
      {
        config,
        schema: {
          tags,
          summary: "List the account's keys, oldest first",
          querystring: pageQuery,
          response: { 200: pageView(keyView, "KeyPage") },
        },
      },
      async (request) =>
        pageOf(deps.directory.keysOf(request.accountContext.account.id), request.query, ({ id }) => id, viewOfKey),
    );
    app.post(
      "/v1/keys",
      {
        config,
        schema: {
          tags,
          summary: "Make a key; its secrets are shown this once",
          body: newKeyBody,
          response: { 201: mintedKeyView },
        },
      },
      async (request, reply) => {
        const { key, minted } = await createKey(deps, request.accountContext, request.body);
        reply.code(201);
        return viewOfMintedKey(key, minted, request.accountContext.account);
      },
    );
    app.get(
      "/v1/keys/:id",
      { config, schema: { tags, summary: "Get a key", params, response: { 200: keyView } } },
      async (request) => viewOfKey(keyOfAccount(deps.directory, request.accountContext, request.params.id)),
    );
    app.patch(
      "/v1/keys/:id",
      {
        config: {
          ...config,
          loosens: ({ params: named, body }) => ({
            type: "widen_key",
            key: (named as { readonly id: string }).id,
            patch: body as KeyPatch,
          }),
        },
        schema: {
          tags,
          summary: "Change settings of a key",
          params,
          body: keyPatchBody,
          response: { 200: keyView },
        },
      },
      async (request) => viewOfKey(await updateKey(deps, request.accountContext, request.params.id, request.body)),
    );
    app.post(
      "/v1/keys/:id/reroll",
      {
        config,
        schema: {
          tags,
          summary: "Give a key new secrets; the old ones stay good for the overlap",
          params,
          body: rerollBody,
          response: { 201: mintedKeyView },
        },
      },
      async (request, reply) => {
        const { overlapSeconds } = request.body;
        const { key, minted } = await rerollKey(deps, request.accountContext, request.params.id, overlapSeconds);
        reply.code(201);
        return viewOfMintedKey(key, minted, request.accountContext.account);
      },
    );
    for (const [verb, service, summary] of [
      ["suspend", suspendKey, "Refuse a key at once, until it is resumed"],
      ["resume", resumeKey, "Let a suspended key in again"],
    ] as const) {
      app.post(
        `/v1/keys/:id/${verb}`,
        { config, schema: { tags, summary, params, body: suspensionBody, response: { 200: keyView } } },
        async (request) =>
          viewOfKey(await service(deps, request.accountContext, request.params.id, request.body.reason)),
      );
    }
    app.delete(
      "/v1/keys/:id",
      { config, schema: { tags, summary: "Revoke a key for ever", params, response: { 200: keyView } } },
      async (request) => viewOfKey(await revokeKey(deps, request.accountContext, request.params.id)),
    );
  };
}
