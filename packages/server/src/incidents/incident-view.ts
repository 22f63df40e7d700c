import {
  type AttemptMark,
  type Evidence,
  explainScope,
  INCIDENT_STATES,
  type Incident,
  type IncidentPattern,
  type Scope,
} from "@safeguard/core";
import { z } from "zod";
import { attackedRanges, headlineOf } from "./headline-of.ts";
import { moneyOfIncident, moneyOfIncidentView } from "./incident-money.ts";
import { paceOf, paceView } from "./incident-pace.ts";
import { NAMES } from "./names.ts";

const PATTERNS = [
  "number_block",
  "unanswered",
  "faked_completion",
  "many_blocks",
  "large_cluster",
] as const satisfies readonly IncidentPattern[];

const scopeFields = {
  type: z
    .enum(["block", "new_blocks"])
    .describe("`new_blocks`: the numbers of a destination whose block never had a completed verification."),
  range: z.string().describe("In words, such as `+992 001 23x xxx`."),
  prefix: z.string().nullable().describe("What the numbers of a block begin with."),
  size: z.int().describe("Numbers in the block, or in each of the new blocks."),
  destination: z.string().nullable().describe("Of new blocks."),
};

const incidentRangeView = z
  .object({
    ...scopeFields,
    foundAt: z.string(),
    containment: z
      .object({
        by: z.enum(["detection", "operator"]),
        action: z.enum(["challenge", "block"]),
        from: z.string(),
        until: z.string().describe("It moves on while the attack does, where detection contained it."),
      })
      .nullable(),
  })
  .meta({ id: "IncidentRange" });

/** A place where numbers are suspected, in other lists. */
export const scopeView = z.object(scopeFields);

export const incidentView = z
  .object({
    number: z.int(),
    account: z.string(),
    state: z.enum(INCIDENT_STATES),
    pattern: z.enum(PATTERNS).describe("What the evidence names first."),
    sentence: z.string().describe("The strongest evidence so far, in plain words."),
    evidence: z
      .custom<Evidence>()
      .meta({ type: "object", description: "The same as data: counts, usual shares, and what each adds, in nats." }),
    openedAt: z.string(),
    countedFrom: z
      .string()
      .describe(
        "Its first message that is counted: before it the ranges were quiet. A day before `openedAt` at most; verified numbers are counted from `openedAt` on.",
      ),
    lastSeenAt: z.string(),
    closedAt: z.string().nullable(),
    releasedAt: z
      .string()
      .nullable()
      .describe("A person released it, and nothing was found or contained since; it stays open until it is closed."),
    destinations: z.array(z.string()),
    ranges: z.array(incidentRangeView).describe("The smallest ranges that explain it, as they were found."),
    attackedRanges: z
      .int()
      .describe("How many blocks it is in, each within no other. Two or more: attacks that joined."),
    furtherRanges: z.int().describe("So many more were found, and are not named."),
    counts: z.object({
      attempts: z.int().describe("Messages asked for in its ranges since `countedFrom`, whoever asked."),
      leaked: z.int().describe("Let through and never completed."),
      converted: z.int().describe("Let through and completed."),
      held: z.int(),
      challenged: z.int(),
      blocked: z.int(),
      wouldStop: z.int().describe("In monitor: would have been stopped."),
      verified: z.int().describe("Of verified numbers, which passed."),
    }),
    money: moneyOfIncidentView,
    pace: paceView.nullable().describe("Attempts over its time; null: they are no longer remembered."),
  })
  .meta({ id: "Incident" });

export type IncidentView = z.infer<typeof incidentView>;

/** `attempts`: per bucket of time, as far as they are remembered. */
export function viewOfIncident(incident: Incident, attempts: Parameters<typeof moneyOfIncident>[1]): IncidentView {
  const { money: _, ...counts } = incident.counts;
  return {
    number: incident.number,
    account: incident.account,
    state: incident.state,
    pattern: incident.pattern,
    sentence: headlineOf(incident),
    evidence: incident.evidence,
    openedAt: iso(incident.openedAt),
    countedFrom: iso(incident.countedFrom ?? incident.openedAt),
    lastSeenAt: iso(incident.lastSeenAt),
    closedAt: incident.closedAt === undefined ? null : iso(incident.closedAt),
    releasedAt: releasedAt(incident),
    destinations: [...incident.destinations],
    attackedRanges: attackedRanges(incident),
    furtherRanges: incident.furtherRanges ?? 0,
    ranges: incident.ranges.map(({ scope, foundAt, containment }) => ({
      ...viewOfScope(scope),
      foundAt: iso(foundAt),
      containment:
        containment === undefined
          ? null
          : {
              by: containment.by,
              action: containment.action,
              from: iso(containment.from),
              until: iso(containment.until),
            },
    })),
    counts,
    money: moneyOfIncident(incident, attempts),
    pace: attempts === undefined ? null : paceOf(attempts),
  };
}

function releasedAt({ state, timeline }: Incident): string | null {
  const latest = timeline.at(-1);
  return state === "open" && latest?.type === "released" ? iso(latest.at) : null;
}

export function viewOfScope(scope: Scope): z.infer<typeof scopeView> {
  return {
    type: scope.type,
    range: explainScope(scope, NAMES),
    prefix: scope.type === "block" ? scope.prefix : null,
    size: scope.size,
    destination: scope.type === "block" ? null : scope.destination,
  };
}

/** As the API writes times. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

export const ATTEMPT_MARKS = ["leaked", "converted", "stopped", "verified"] as const satisfies readonly AttemptMark[];
