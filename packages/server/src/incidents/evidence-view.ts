import type { IncidentPictures, Neighbour } from "@safeguard/core";
import { z } from "zod";
import { ATTEMPT_MARKS, iso } from "./incident-view.ts";

/** Numbers that masked evidence does not tell apart. */
const MASKED_GROUP = 10;

export const evidenceView = z
  .object({
    masked: z.boolean().describe("Numbers stand to within ten; `reveal=true` shows them whole, and is recorded."),
    line: z
      .object({
        prefix: z.string(),
        size: z.int(),
        ticks: z.array(
          z.object({
            offset: z.int().describe("From the first number of the line."),
            at: z.string(),
            mark: z.enum(ATTEMPT_MARKS),
          }),
        ),
      })
      .describe("The number line, and with the times number × time: each attempt where its number stands."),
    neighbours: z
      .array(z.object({ offset: z.int().describe("Below 0, or from the line's size on."), at: z.string() }))
      .describe("Sessions in the blocks of the same size on both sides of the line, from a day before on."),
    ticksLeftOut: z.int().describe("Attempts beyond those that are kept."),
    funnel: z.object({
      requested: z.int(),
      sent: z.int(),
      delivered: z.int(),
      converted: z.int(),
      baseline: z
        .object({ delivered: z.number().nullable(), converted: z.number().nullable() })
        .describe("The share of the account's other new numbers that comes so far."),
    }),
    latency: z
      .array(
        z.object({
          fromMs: z.number(),
          toMs: z.number().nullable().describe("Exclusive; null: and more."),
          count: z.int(),
          baselineShare: z.number(),
        }),
      )
      .describe("From sent to completed."),
    rate: z.object({
      bucketMs: z.int(),
      buckets: z.array(z.object({ at: z.string(), count: z.int() })),
      usualPerBucket: z.number(),
    }),
  })
  .meta({ id: "IncidentEvidence" });

export function viewOfEvidence(
  pictures: IncidentPictures,
  neighbours: readonly Neighbour[],
  reveal: boolean,
): z.infer<typeof evidenceView> {
  const { line, funnel, latency, rate } = pictures;
  const shown = (offset: number): number => (reveal ? offset : Math.floor(offset / MASKED_GROUP) * MASKED_GROUP);
  return {
    masked: !reveal,
    line: {
      prefix: line.prefix,
      size: line.size,
      ticks: line.ticks.map(({ offset, at, mark }) => ({ offset: shown(offset), at: iso(at), mark })),
    },
    neighbours: neighbours.map(({ offset, at }) => ({ offset: shown(offset), at: iso(at) })),
    ticksLeftOut: pictures.ticksLeftOut,
    funnel: {
      ...funnel,
      baseline: { delivered: funnel.baseline.delivered ?? null, converted: funnel.baseline.converted ?? null },
    },
    latency: latency.map(({ toMs, ...bin }) => ({ ...bin, toMs: Number.isFinite(toMs) ? toMs : null })),
    rate: { ...rate, buckets: rate.buckets.map(({ at, count }) => ({ at: iso(at), count })) },
  };
}
