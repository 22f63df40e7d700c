import type { EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { pageQuery, pageView } from "../api/page.ts";
import { DELIVERY_STATES } from "../store/store.ts";
import { deliveryView, receiverView, viewOfDelivery } from "./delivery-view.ts";
import {
  receiversOf,
  replayDelivery,
  replayFailed,
  resumeReceiver,
  type WebhookServiceDeps,
} from "./webhook-services.ts";

const tags = ["Webhooks"];
const read = { scope: "messages:read" } as const;
const write = { scope: "alerts:write" } as const;

export const receiversView = z.object({ items: z.array(receiverView) }).meta({ id: "WebhookReceivers" });
export const replayedView = z.object({ replayed: z.int() }).meta({ id: "WebhooksReplayed" });

/** `/v1/webhooks/…`: what customers' servers are told, and how that goes. */
export function webhookRoutes(deps: WebhookServiceDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/webhooks",
      {
        config: read,
        schema: { tags, summary: "List the servers that webhooks go to", response: { 200: receiversView } },
      },
      async (request) => ({ items: receiversOf(deps, request.accountContext.account) }),
    );
    app.get(
      "/v1/webhooks/deliveries",
      {
        config: read,
        schema: {
          tags,
          summary: "List what was told, or is to be told",
          description: "Newest first; kept for 30 days.",
          querystring: pageQuery.extend({ state: z.enum(DELIVERY_STATES).exactOptional() }),
          response: { 200: pageView(deliveryView, "WebhookDeliveryPage") },
        },
      },
      async (request) => {
        const { limit, cursor, state } = request.query;
        const filter = state === undefined ? {} : { state };
        const { account } = request.accountContext;
        const page = await deps.store.deliveries.list(account.id, filter, Number(limit), cursor);
        return { items: page.items.map(viewOfDelivery), next: page.next ?? null };
      },
    );
    app.post(
      "/v1/webhooks/deliveries/:id/replay",
      {
        config: write,
        schema: {
          tags,
          summary: "Tell one thing once more",
          params: z.object({ id: z.string().describe("`delivery` of the list.") }),
          response: { 202: deliveryView },
        },
      },
      async (request, reply) => {
        reply.code(202);
        return viewOfDelivery(await replayDelivery(deps, request.accountContext, request.params.id));
      },
    );
    app.post(
      "/v1/webhooks/replay",
      {
        config: write,
        schema: {
          tags,
          summary: "Tell everything once more that was given up",
          body: z
            .strictObject({ since: z.iso.datetime({ offset: true }).describe("Queued then or later.") })
            .meta({ id: "ReplayWebhooks", examples: [{ since: "2026-11-22T00:00:00Z" }] }),
          response: { 202: replayedView },
        },
      },
      async (request, reply) => {
        reply.code(202);
        const since = Date.parse(request.body.since) as EpochMilliseconds;
        return { replayed: await replayFailed(deps, request.accountContext, since) };
      },
    );
    app.post(
      "/v1/webhooks/resume",
      {
        config: write,
        schema: {
          tags,
          summary: "Tell a paused server again",
          body: z
            .strictObject({ receiver: z.string().min(1).max(300) })
            .meta({ id: "ResumeWebhooks", examples: [{ receiver: "https://example.com" }] }),
          response: { 200: receiversView },
        },
      },
      async (request) => {
        await resumeReceiver(deps, request.accountContext, request.body.receiver);
        return { items: receiversOf(deps, request.accountContext.account) };
      },
    );
  };
}
