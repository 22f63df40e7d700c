import { z } from "zod";
import { MAX_BATCH, toField } from "../../decisions/decision-body.ts";
import { OUTCOME_KINDS } from "./outcome.ts";

/** More codes than this nobody is let enter. */
const MOST_ATTEMPTS = 100;

export const eventBody = z
  .strictObject({
    kind: z
      .enum(OUTCOME_KINDS)
      .describe(
        "`delivered`, `failed`: on its way to the phone. `verified`: the person completed the verification. `activity`: the person did something real later. `banned`: it was fraud.",
      ),
    id: z
      .string()
      .exactOptional()
      .describe("The message or decision: `msg_…`, `dec_…`, or the `SM…` of a Twilio client."),
    to: toField
      .exactOptional()
      .describe("Instead of `id`: the latest message or decision to this number within the 24 hours before `at`."),
    at: z.iso
      .datetime({ offset: true, error: "must be a time such as 2026-11-22T12:00:00Z" })
      .exactOptional()
      .describe("When it happened. Default: now."),
    attempts: z
      .int()
      .min(1)
      .max(MOST_ATTEMPTS)
      .exactOptional()
      .describe(
        "Of `verified`: how many codes the person entered until one was right, from 1. People mistype, scripts do not.",
      ),
  })
  .refine(({ id, to }) => (id === undefined) !== (to === undefined), {
    message: "must have either `id` or `to`",
  })
  .refine(({ kind, attempts }) => attempts === undefined || kind === "verified", {
    path: ["attempts"],
    message: "can only be said of `verified`",
  })
  .meta({ id: "Event", examples: [{ kind: "verified", to: "+31612345678" }] });

export type EventRequest = z.infer<typeof eventBody>;

export const eventBatchBody = z
  .strictObject({ events: z.array(eventBody).min(1).max(MAX_BATCH) })
  .meta({ id: "EventBatch" });

/** What may be wrong with one event of a batch; the others are recorded all the same. */
export const EVENT_PROBLEMS = ["unknown_message", "number_invalid", "in_future", "before_message", "too_late"] as const;

export const eventView = z
  .object({
    status: z
      .enum(["recorded", "known", "unknown", "refused"])
      .describe("`known`: the same was said before. `unknown`: there is no such message or decision."),
    kind: z.enum(OUTCOME_KINDS),
    id: z.string().nullable().describe("What it was said of: `msg_…` or `dec_…`."),
    problem: z
      .object({ code: z.enum(EVENT_PROBLEMS), field: z.string(), message: z.string() })
      .nullable()
      .describe("Why it was not recorded."),
  })
  .meta({ id: "EventResult" });

export type EventView = z.infer<typeof eventView>;

export const eventBatchView = z
  .object({
    recorded: z.int(),
    known: z.int(),
    unknown: z.int(),
    refused: z.int(),
    events: z.array(eventView).readonly().describe("In the order of the request."),
  })
  .meta({ id: "EventResults" });
