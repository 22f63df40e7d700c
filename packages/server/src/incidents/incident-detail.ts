import { type Collateral, collateralOf, type Engine, explainScope, type Incident } from "@safeguard/core";
import { z } from "zod";
import { type FindAct, incidentActView } from "./incident-acts.ts";
import { incidentView, iso, viewOfIncident, viewOfScope } from "./incident-view.ts";
import { NAMES } from "./names.ts";

const collateralView = z
  .object({
    verifiedNumbers: z
      .int()
      .describe(
        "Numbers in its ranges that ever completed a verification: they pass a containment from 24 hours after.",
      ),
    since: z.string().nullable().describe("Since then the traffic is remembered."),
    newNumbers: z.int().describe("Attempts of new numbers in its ranges since then."),
    completed: z.int().describe("Of these, completed: legitimate people whom a containment would have stopped."),
  })
  .meta({ id: "IncidentCollateral" });

const planView = z
  .object({
    ranges: z.array(z.string()).describe("What would be contained."),
    sentence: z.string(),
    command: z.string().describe("The one step, on the command line."),
  })
  .meta({ id: "ContainmentPlan" });

export const incidentDetailView = incidentView
  .extend({
    collateral: collateralView,
    timeline: z.array(
      z.object({
        at: z.string(),
        type: z.string(),
        range: z.string().nullable(),
        act: incidentActView
          .nullable()
          .describe("Who did it, and why. Null: Safeguard itself; or longer ago than the audit trail was read."),
      }),
    ),
    containing: planView
      .nullable()
      .describe("What containing it would do; null where nothing is left to contain, or it is over."),
    lesson: z
      .object({ ranges: z.array(z.string()), until: z.string() })
      .nullable()
      .describe("After a false alarm: ranges that detection lets be until then."),
  })
  .meta({ id: "IncidentDetail" });

/** The answer to a containment. */
export const containedView = z
  .object({
    contained: z.boolean().describe("False: it was a dry run."),
    until: z.string(),
    sentence: z.string().describe("What it does, or would do."),
    ranges: z.array(z.string()),
    incident: incidentDetailView,
  })
  .meta({ id: "IncidentContained" });

/** The answer to a containment of a range, and to its end. */
export const rangeContainedView = z
  .object({
    contained: z.boolean().describe("False: it was a dry run, or it has ended."),
    range: z.string(),
    until: z.string().nullable(),
    sentence: z.string().describe("What it does, or would do."),
    collateral: collateralView.nullable().describe("Null: it has ended."),
  })
  .meta({ id: "RangeContained" });

export type IncidentDetail = z.infer<typeof incidentDetailView>;

/** All there is to say of an incident. `actOf` tells who made an entry of its timeline. */
export function detailOfIncident(engine: Engine, incident: Incident, actOf: FindAct): IncidentDetail {
  const detection = engine.findDetection(incident.account);
  const trace = detection?.incidents.trace(incident.number);
  const attempts = trace && { bucketMs: trace.bucketMs, buckets: trace.buckets() };
  const collateral =
    detection === undefined
      ? { verifiedNumbers: 0, since: undefined, newNumbers: 0, completed: 0 }
      : collateralOf(detection, incident);
  const lessons = (detection?.lessons ?? []).filter((lesson) => lesson.incident === incident.number);
  const [lesson] = lessons;
  return {
    ...viewOfIncident(incident, attempts),
    collateral: { ...collateral, since: collateral.since === undefined ? null : iso(collateral.since) },
    timeline: incident.timeline.map((entry) => ({
      at: iso(entry.at),
      type: entry.type,
      range: entry.scope === undefined ? null : explainScope(entry.scope, NAMES),
      act: actOf(entry),
    })),
    containing: isContained(incident) ? null : planOf(incident, collateral),
    lesson:
      lesson === undefined
        ? null
        : { ranges: lessons.map(({ scope }) => viewOfScope(scope).range), until: iso(lesson.until) },
  };
}

/** What an operator's containment would do; null: there is nothing that it could. */
export function planOf(incident: Incident, collateral: Collateral): z.infer<typeof planView> | null {
  const blocks = blocksOf(incident);
  if (blocks.length === 0 || incident.closedAt !== undefined) return null;
  const ranges = blocks.map((scope) => explainScope(scope, NAMES));
  const { counts, number } = incident;
  const others =
    collateral.since === undefined
      ? "Nothing is remembered of legitimate traffic there."
      : `Of ${collateral.newNumbers} attempts of new numbers there since ${iso(collateral.since).slice(0, 16).replace("T", " ")} UTC, ${completedText(collateral.completed)}`;
  const sentence = `No new number in ${ranges.join(", ")} would get a message; ${counts.leaked + counts.wouldStop} unanswered ones went out so far. Verified numbers there (${collateral.verifiedNumbers}) still would. ${others}`;
  return { ranges, sentence, command: `safeguard incidents contain ${number} --reason '…'` };
}

/** What an operator's containment of a range does, or would do. */
export function rangeSentence(range: string, { verifiedNumbers, newNumbers, completed, since }: Collateral): string {
  const others =
    since === undefined
      ? "Nothing is remembered of legitimate traffic there."
      : `Of ${newNumbers} attempts of new numbers there since ${iso(since).slice(0, 16).replace("T", " ")} UTC, ${completedText(completed)}`;
  return `No new number in ${range} gets a message until then. Verified numbers there (${verifiedNumbers}) still do. ${others}`;
}

function completedText(completed: number): string {
  if (completed === 0) return "none completed: nobody is known whom it would have stopped wrongly.";
  return `${completed} completed: so many real people it would have stopped.`;
}

/** What of it a person can contain: new blocks are no range. */
export function blocksOf(incident: Incident) {
  return incident.ranges.flatMap(({ scope }) => (scope.type === "block" ? [scope] : []));
}

/** Has an operator contained all of it? */
function isContained({ ranges }: Incident): boolean {
  return ranges.every(({ scope, containment }) => scope.type !== "block" || containment?.by === "operator");
}
