import { CHANNELS, type Engine, NUMBER_CHANNELS, PURPOSES, parseRecipient } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import { chosenPolicy } from "../decisions/chosen-policy.ts";
import { MAX_POLICY_NAME_LENGTH, toField, verdictFields } from "../decisions/decision-body.ts";
import { type Explain, viewOfVerdict } from "../decisions/view-decision.ts";

export const detectionPreviewView = z.object({ to: z.string(), ...verdictFields }).meta({ id: "DetectionPreview" });
export type DetectionPreview = z.infer<typeof detectionPreviewView>;

/** `POST /v1/detection/preview`: the verdict that a message would have now, counted nowhere. */
export function detectionPreviewRoutes({
  engine,
  explain,
}: {
  readonly engine: Pick<Engine, "preview">;
  readonly explain: Explain;
}): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/detection/preview",
      {
        config: { scope: "policies:read" },
        schema: {
          tags: ["Detection"],
          summary: "Say what would be decided on a message now, detection included",
          description:
            "Nothing is sent, recorded or counted: the number's own limit, whether it is verified, lockdown, containments and watched ranges in force. What a further message would make suspicious, only that message can tell.",
          body: z
            .strictObject({
              to: toField,
              policy: z.string().min(1).max(MAX_POLICY_NAME_LENGTH).describe("Default: the account's.").exactOptional(),
              purpose: z.enum(PURPOSES).default("otp").describe("Default otp."),
              channel: z
                .enum(CHANNELS)
                .default("sms")
                .describe(`Default sms; rules alone decide on others than ${NUMBER_CHANNELS.join(", ")}.`),
            })
            .meta({ id: "DetectionQuestion", examples: [{ to: "+31612345678" }] }),
          response: { 200: detectionPreviewView },
        },
      },
      async (request) => {
        const { account, at } = request.accountContext;
        const { to, policy, purpose = "otp", channel = "sms" } = request.body;
        const parsed = parseRecipient(to, "native");
        if (!parsed.ok) {
          const message = "must be a number in international form, such as +31612345678";
          throw new ServiceError("invalid_request", "Not valid: to.", [{ field: "to", message }]);
        }
        const { recipient } = parsed;
        const message = { account: account.id, recipient, originator: "", channel, purpose, at } as const;
        const verdict = engine.preview(message, chosenPolicy(request.accountContext, policy, "", ""));
        return { to: recipient.e164, ...viewOfVerdict(verdict, explain) };
      },
    );
  };
}
