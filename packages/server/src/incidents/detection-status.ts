import { type AccountDetection, explainEvidence } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import { effectiveDetectionView, viewOfDetection } from "../policies/detection-body.ts";
import type { DetectionSwitch } from "../store/journal-record.ts";
import { alertView, viewOfAlert } from "./alert-view.ts";
import { detectionInForce, type IncidentServiceDeps } from "./incident-services.ts";
import { iso, scopeView, viewOfScope } from "./incident-view.ts";
import { NAMES } from "./names.ts";

type Watch = AccountDetection["watches"] extends Iterable<infer W> ? W : never;

/** Most ranges that an answer lists. */
const MOST_LISTED = 200;
const MOST_ALERTS = 100;

const switchView = z.object({
  until: z.string(),
  since: z.string().nullable(),
  reason: z.string().nullable(),
  by: z.string().nullable().describe("A key's id, or `operator`."),
});

export const detectionStatusView = z
  .object({
    account: z.string(),
    settings: effectiveDetectionView.describe("What holds for the account's default policy."),
    feedback: z.object({
      state: z
        .enum(["unknown", "reported", "missing"])
        .describe(
          "Do outcomes arrive? `unknown`: too early to say. `missing`: nobody is blocked for unanswered codes.",
        ),
      since: z.string().nullable().describe("Of missing: when it was noticed."),
      lastVerifiedAt: z.string().nullable().describe("The latest verification that was reported."),
    }),
    lockdown: switchView.nullable().describe("Only verified numbers get messages."),
    bypass: switchView.nullable().describe("Detection stands aside; static rules stay."),
    contained: z
      .array(
        scopeView.extend({
          incident: z.int().nullable(),
          by: z.enum(["detection", "operator"]),
          action: z.enum(["challenge", "block"]).describe("`challenge`: they prove themselves first, or wait."),
          until: z.string().nullable().describe("Null: as long as the attack goes on, and 2 hours."),
        }),
      )
      .describe("Ranges whose new numbers are stopped."),
    watched: z
      .array(scopeView.extend({ incident: z.int().nullable(), since: z.string(), sentence: z.string() }))
      .describe("Ranges with evidence of an attack: their new numbers pass while there is credit."),
    notListed: z.int().describe("Contained and watched ranges beyond the 200 of each that are listed."),
    lessons: z
      .array(scopeView.extend({ incident: z.int(), until: z.string() }))
      .describe("Ranges that false alarms taught to let be."),
    alerts: z.array(alertView).describe("What is to be known now."),
  })
  .meta({ id: "DetectionStatus" });

export type DetectionStatus = z.infer<typeof detectionStatusView>;

/** How detection stands for an account. */
export async function detectionStatus(deps: IncidentServiceDeps, context: AccountContext): Promise<DetectionStatus> {
  const { account, at } = context;
  const detection = deps.engine.findDetection(account.id);
  const [alerts, switches] = await Promise.all([
    deps.store.alerts.list(account.id, { openOnly: true }, MOST_ALERTS),
    deps.store.switches.all(),
  ]);
  const missing = alerts.items.find(({ code }) => code === "outcomes_missing");
  const switchOf = (type: DetectionSwitch["type"], until = 0): z.infer<typeof switchView> | null => {
    if (until <= at) return null;
    const said = switches.find((each) => each.account === account.id && each.type === type && each.until === until);
    return {
      until: iso(until),
      since: said === undefined ? null : iso(said.at),
      reason: said?.reason ?? null,
      by: said === undefined ? null : said.actor.type === "key" ? said.actor.key : "operator",
    };
  };
  const lastVerifiedAt = detection?.signals.lastConversionAt ?? Number.NEGATIVE_INFINITY;
  return {
    account: account.id,
    settings: viewOfDetection(detectionInForce(deps.engine, context)),
    feedback: {
      state: detection?.signals.feedback ?? "unknown",
      since: missing === undefined ? null : iso(missing.raisedAt),
      lastVerifiedAt: Number.isFinite(lastVerifiedAt) ? iso(lastVerifiedAt) : null,
    },
    lockdown: switchOf("lockdown_set", detection?.lockdownUntil),
    bypass: switchOf("bypass_set", detection?.bypassUntil),
    ...rangesOf(detection),
    lessons: (detection?.lessons ?? [])
      .filter(({ until }) => until > at)
      .map(({ scope, incident, until }) => ({ ...viewOfScope(scope), incident, until: iso(until) })),
    alerts: alerts.items.map(viewOfAlert),
  };
}

function rangesOf(detection: AccountDetection | undefined) {
  const watches = [...(detection?.watches ?? [])].sort((a, b) => b.lastSeenAt - a.lastSeenAt);
  const isContained = ({ contained, firm }: Watch): boolean => contained !== undefined || firm;
  const contained = watches.filter(isContained);
  const watched = watches.filter((watch) => !isContained(watch));
  return {
    contained: contained.slice(0, MOST_LISTED).map(({ contained: by, ...watch }) => ({
      ...commonOf(watch),
      by: by?.cause === "operator" ? ("operator" as const) : ("detection" as const),
      action: by === undefined ? ("challenge" as const) : ("block" as const),
      until: by === undefined ? null : iso(by.until),
    })),
    watched: watched.slice(0, MOST_LISTED).map((watch) => ({
      ...commonOf(watch),
      since: iso(watch.since),
      sentence: `${explainEvidence(watch.evidence, NAMES)}.`,
    })),
    notListed: Math.max(0, contained.length - MOST_LISTED) + Math.max(0, watched.length - MOST_LISTED),
  };
}

function commonOf({ evidence, incident }: Pick<Watch, "evidence" | "incident">) {
  return { ...viewOfScope(evidence.scope), incident: incident === 0 ? null : incident };
}
