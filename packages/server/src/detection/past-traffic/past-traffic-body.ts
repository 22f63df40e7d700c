import { PURPOSES } from "@safeguard/core";
import { z } from "zod";
import { toField } from "../../decisions/decision-body.ts";

/** Most events that one request may tell. */
export const MAX_PAST_EVENTS = 2000;

const time = z.int().min(0).describe("In epoch milliseconds.");
const purpose = z.enum(PURPOSES).describe("Default `otp`.").exactOptional();

const pastEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("message"),
    to: toField,
    at: time,
    purpose,
    device: z.string().max(256).describe("Of the person, where known.").exactOptional(),
    address: z
      .string()
      .max(64)
      .describe("IP address of the person, where known. 24 bits of a hash of it are kept.")
      .exactOptional(),
  }),
  z.strictObject({
    type: z.enum(["delivered", "verified"]),
    to: toField,
    at: time,
    sentAt: z.int().min(0).describe("When the message went out that it is about."),
    attempts: z
      .int()
      .min(1)
      .max(100)
      .describe("Of `verified`: how many codes were entered until one was right, where known.")
      .exactOptional(),
    purpose,
  }),
]);
export type PastEvent = z.infer<typeof pastEvent>;

export const pastTrafficBody = z.strictObject({ events: z.array(pastEvent).min(1).max(MAX_PAST_EVENTS) }).meta({
  id: "PastTraffic",
  examples: [
    {
      events: [
        { type: "message", to: "+31612345678", at: 1767225600000 },
        { type: "verified", to: "+31612345678", sentAt: 1767225600000, at: 1767225612000 },
      ],
    },
  ],
});

export const pastTakenView = z
  .object({
    messages: z.int().describe("Messages that were learned from."),
    outcomes: z.int(),
    leftOut: z.object({
      blocked: z.int().describe("Messages that your rules block now: they would never reach detection."),
      notJudged: z.int().describe("Messages that detection does not look at: by purpose, destination or mode."),
    }),
    refused: z
      .array(z.object({ index: z.int(), field: z.string(), message: z.string() }))
      .describe("Events that were not taken, and why."),
  })
  .meta({ id: "PastTrafficTaken" });

export const knownTrafficView = z
  .object({
    account: z.string(),
    knownTo: z.string().nullable().describe("Nothing before this can be learned any more; null: nothing is known yet."),
    learning: z.boolean().describe("Past traffic was told and not ended: time stands still for detection."),
    trial: z.boolean().describe("It is traffic of test keys, and forgotten when past traffic is learned."),
    numbers: z.int(),
    verifiedNumbers: z.int(),
    blocks: z.int().describe("Number blocks of 100 to 100,000 numbers that were asked for."),
    remembered: z.object({
      messages: z.int().describe("Sessions that are still remembered one by one."),
      suspected: z.int().describe("Of these, in blocks that looked attacked: no baseline learns from them."),
    }),
    completion: z.object({
      share: z.number().describe("Of new numbers, how many complete the verification."),
      medianSeconds: z.number(),
      observed: z.int().describe("Completions that this was learned from."),
    }),
    destinations: z
      .array(z.object({ destination: z.string(), newNumbers: z.int(), completionShare: z.number() }))
      .describe("Most new numbers first."),
  })
  .meta({ id: "KnownTraffic" });
export type KnownTraffic = z.infer<typeof knownTrafficView>;
