import {
  type AccountDetection,
  type EpochMilliseconds,
  effectiveDetection,
  explainEvidence,
  type Incident,
  type PolicyLevel,
} from "@safeguard/core";
import type { AlertCode, AlertFacts } from "../alerts/alert-facts.ts";
import { destinationName } from "../policies/destination-names.ts";
import { moneyAtRiskPerHour } from "./incident-money.ts";

/** Something that a person should know now. */
export interface AlertDue {
  readonly code: AlertCode;
  readonly sentence: string;
  readonly incident?: number;
  /** The same for programs. */
  readonly facts: AlertFacts;
}

/** What there is to say of an account's detection at this time; the same things for as long as they are so. */
export function alertsDue(
  detection: AccountDetection,
  levels: readonly PolicyLevel[],
  at: EpochMilliseconds,
): readonly AlertDue[] {
  const due: AlertDue[] = [];
  if (detection.lockdownUntil > at) {
    due.push({
      code: "lockdown",
      facts: { code: "lockdown", until: detection.lockdownUntil },
      sentence: `Lockdown: only verified numbers get messages, until ${timeText(detection.lockdownUntil)}.`,
    });
  }
  if (detection.bypassUntil > at) {
    due.push({
      code: "bypass",
      facts: { code: "bypass", until: detection.bypassUntil },
      sentence: `Detection stands aside until ${timeText(detection.bypassUntil)}; static rules stay.`,
    });
  }
  const { mode, falseBlockBudget, audit } = effectiveDetection(levels.map(({ document }) => document));
  const enforcement = audit === undefined ? "block" : detection.audit.enforcement(falseBlockBudget);
  if (mode === "enforce" && enforcement !== "block") {
    due.push({
      code: "stepped_down",
      facts: { code: "stepped_down", to: enforcement },
      sentence: STEPPED_DOWN[enforcement],
    });
  }
  if (detection.signals.feedback === "missing" && mode !== "off") {
    due.push({
      code: "outcomes_missing",
      facts: { code: "outcomes_missing" },
      sentence:
        "Nothing that was sent is reported as verified: unanswered codes cannot tell an attack from a quiet integration, and nobody is blocked for them. Report outcomes with POST /v1/events, or in your dialect.",
    });
  }
  for (const incident of detection.incidents.ongoing()) due.push(...alertsOf(incident, mode === "enforce"));
  return due;
}

/** `acts`: what detection contains by itself is stopped; in monitor only what a person contained is. */
function alertsOf(incident: Incident, acts: boolean): readonly AlertDue[] {
  const { number } = incident;
  const where = incident.destinations.map(destinationName).join(", ");
  const { destinations } = incident;
  const contained = incident.ranges.filter(({ containment }) =>
    acts ? containment !== undefined : containment?.by === "operator",
  ).length;
  const atRiskPerHour = moneyAtRiskPerHour(incident);
  const opened: AlertDue = {
    code: "incident_opened",
    incident: number,
    facts: {
      code: "incident_opened",
      incident: number,
      destinations,
      ...(atRiskPerHour === undefined ? {} : { atRiskPerHour }),
      needsConfirmation: contained === 0,
    },
    sentence: `Incident ${number} in ${where}. ${explainEvidence(incident.evidence, NAMES)}.`,
  };
  if (contained === 0) return [opened];
  const ranges = contained === 1 ? "1 range" : `${contained} ranges`;
  const sentence = `Incident ${number} in ${where} is contained: ${ranges}.`;
  const facts = { code: "incident_contained", incident: number, destinations, ranges: contained } as const;
  return [opened, { code: "incident_contained", incident: number, facts, sentence }];
}

const BUDGET = "Audit releases show that the false-block budget is in danger:";
const STEPPED_DOWN = {
  challenge: `${BUDGET} detection challenges what it would block.`,
  tell: `${BUDGET} detection stops nothing by itself, and only says what it would do.`,
} as const;

const NAMES = { destination: destinationName };

function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
