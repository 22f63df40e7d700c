import { CHANNELS } from "@safeguard/core";
import { z } from "zod";
import type { SandboxInbox } from "../gateway/outbound/sandbox/sandbox-network.ts";
import type { RoutePlugin } from "./app.ts";

const sandboxMessageView = z
  .object({
    id: z.string(),
    at: z.string(),
    to: z.string(),
    from: z.string(),
    text: z.string().nullable(),
    channels: z.array(z.enum(CHANNELS)).readonly(),
    outcome: z.string().describe("What the sandbox does with it."),
  })
  .meta({ id: "SandboxMessage" });

/** `/v1/sandbox/messages`: what the simulated handsets show. In memory only, the last few hundred. */
export function sandboxRoutes(inbox: SandboxInbox): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/sandbox/messages",
      {
        config: { scope: "messages:read" },
        schema: {
          tags: ["Sandbox"],
          summary: "List what the sandbox took, newest first",
          response: { 200: z.object({ items: z.array(sandboxMessageView) }).meta({ id: "SandboxMessages" }) },
        },
      },
      async (request) => ({
        items: inbox
          .list({ account: request.accountContext.account.id })
          .map(({ id, at, to, originator, text, channels, outcome }) => ({
            id: `msg_${id}`,
            at: new Date(at).toISOString(),
            to,
            from: originator,
            text: text ?? null,
            channels,
            outcome,
          })),
      }),
    );
  };
}
