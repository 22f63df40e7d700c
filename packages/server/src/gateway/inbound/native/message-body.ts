import { CHANNELS, NUMBER_TYPES, PURPOSES } from "@safeguard/core";
import { z } from "zod";
import { SEND_MODES } from "../../../accounts/account.ts";
import { callbackUrlBody } from "../../../accounts/account-body.ts";
import { moneyView } from "../../../api/money.ts";
import {
  endUserField,
  fromField,
  keysField,
  MAX_BATCH,
  policyField,
  purposeField,
  toField,
  verdictFields,
} from "../../../decisions/decision-body.ts";
import { MESSAGE_STATUSES } from "../../../store/store.ts";

const instantField = z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-22T00:00:00Z" });

export const messageRequestBody = z
  .strictObject({
    to: toField,
    from: fromField.min(1),
    text: z.string().min(1).max(10_000).describe("What is sent. It is kept only while the message waits."),
    channels: z
      .array(z.enum(CHANNELS))
      .min(1)
      .max(CHANNELS.length)
      .exactOptional()
      .describe("Ways it may travel, in order; those that are stopped are taken off. Default: SMS alone."),
    purpose: purposeField.exactOptional(),
    policy: policyField.exactOptional(),
    riskCheck: z
      .enum(["enable", "disable"])
      .exactOptional()
      .describe("`disable`: without detection; only with a key that may. Destination management holds all the same."),
    reference: z
      .string()
      .min(1)
      .max(200)
      .exactOptional()
      .describe("Your own reference; comes back in answers and reports."),
    endUser: endUserField.exactOptional(),
    keys: keysField.exactOptional(),
    callbackUrl: callbackUrlBody.exactOptional().describe("Gets Standard Webhooks about this message."),
    mode: z
      .enum(SEND_MODES)
      .exactOptional()
      .describe(
        "`sync`: the answer waits for the provider's. `async`: the message is accepted now and sent later. Default: as the key says, else the account.",
      ),
    sendAt: instantField.exactOptional().describe("Not before; at most 35 days ahead. The message is then `async`."),
    expiresAt: instantField
      .exactOptional()
      .describe(
        "From then on it is not sent any more. Default: ten minutes after it was to be sent for `otp`, a day for others.",
      ),
    validityPeriod: z
      .int()
      .min(1)
      .max(259_200)
      .exactOptional()
      .describe("The same in seconds, counted from when it is to be sent."),
  })
  .meta({
    id: "MessageRequest",
    examples: [{ to: "+31612345678", from: "Demo", text: "Your code is 12345", purpose: "otp" }],
  });

export type MessageRequest = z.infer<typeof messageRequestBody>;

export const messageBatchBody = z
  .strictObject({ messages: z.array(messageRequestBody).min(1).max(MAX_BATCH) })
  .meta({ id: "MessageBatch" });

/** What the API adds to the states of a message: a text that was no number never became one. */
export const PUBLIC_MESSAGE_STATUSES = ["rejected", ...MESSAGE_STATUSES] as const;

export const waitingView = z.object({
  dueAt: z.string().nullable().describe("When it is taken up next; not in the answer to the POST."),
  sendAt: z.string().nullable().describe("When its client wants it sent."),
  expiresAt: z.string().describe("From then on it is not sent any more."),
});

export const messageView = z
  .object({
    id: z.string(),
    at: z.string(),
    updatedAt: z.string().exactOptional(),
    status: z.enum(PUBLIC_MESSAGE_STATUSES),
    to: z.string(),
    destination: z.string().nullable().describe("null when there are several candidates."),
    candidates: z.array(z.string()).readonly(),
    numberType: z.enum(NUMBER_TYPES).nullable(),
    from: z.string(),
    channels: z.array(z.enum(CHANNELS)).readonly().describe("Ways it may (still) travel."),
    removedChannels: z.array(z.enum(CHANNELS)).readonly().describe("Taken off, because the policy stops them."),
    purpose: z.enum(PURPOSES).nullable(),
    reference: z.string().nullable(),
    segments: z.number().int(),
    price: moneyView.exactOptional().describe("Where it is known; not in the answer to the POST."),
    provider: z.string().exactOptional().describe("Connector that has it; not in the answer to the POST."),
    providerId: z.string().exactOptional().describe("The provider's own id of it, where it gave one."),
    error: z
      .object({ code: z.string(), text: z.string() })
      .nullable()
      .describe("Why the provider refused it or could not deliver it, in its own words."),
    waiting: waitingView.nullable().describe("Times of a message that waits; null: it does not."),
    ...verdictFields,
    retryAfter: z.number().exactOptional().describe("For a limit that frees again: seconds until it may be sent."),
  })
  .meta({ id: "Message" });

export type MessageJson = z.infer<typeof messageView>;

export const messageBatchView = z.object({ messages: z.array(messageView) }).meta({ id: "Messages" });
