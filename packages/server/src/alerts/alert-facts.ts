import type { EpochMilliseconds } from "@safeguard/core";
import type { MessageId } from "../gateway/message-id.ts";
import type { Money } from "../store/journal-record.ts";

/**
 * What an alert is about, by its kind: what a program that gets it can work with. Never the number of a person. The same
 * facts stand in the alert's sentence, for people.
 */
export type AlertFacts =
  | {
      readonly code: "incident_opened";
      readonly incident: number;
      readonly destinations: readonly string[];
      /** What an hour of it costs when nothing is stopped; absent: no price is known. */
      readonly atRiskPerHour?: Money;
      /** Nothing is stopped by itself: a person must confirm the containment. */
      readonly needsConfirmation: boolean;
    }
  | {
      readonly code: "incident_contained";
      readonly incident: number;
      readonly destinations: readonly string[];
      readonly ranges: number;
    }
  | { readonly code: "ceiling_near" | "ceiling_reached" | "ceiling_crowded"; readonly ceilings: readonly string[] }
  | { readonly code: "outcomes_missing" }
  | { readonly code: "lockdown" | "bypass"; readonly until: number }
  | { readonly code: "stepped_down"; readonly to: "challenge" | "tell" }
  | {
      readonly code: "connector_failing";
      readonly provider: string;
      /** Of the submissions in the last minutes. */
      readonly failed: number;
      readonly tried: number;
    }
  | {
      readonly code: "degraded";
      /** The part that is missing: an id of the fail-mode table. */
      readonly part: string;
    }
  | {
      readonly code: "policy_changed";
      readonly policy: string;
      readonly revision: number;
      readonly author: string;
      readonly reason: string;
      /** The first ones; `changeCount` says how many there are. */
      readonly changes: readonly PolicyChangeFact[];
      readonly changeCount: number;
      readonly loosens: boolean;
    }
  | {
      readonly code: "first_block";
      readonly destination: string;
      readonly policy: string;
      readonly revision: number;
      readonly reason: string;
    }
  | { readonly code: "webhook_paused"; readonly receiver: string; readonly since: EpochMilliseconds }
  | {
      readonly code: "daily_digest";
      /** `2026-11-22` (UTC). */
      readonly day: string;
      readonly decided: number;
      readonly blocked: number;
      readonly billable: number;
      readonly spend: readonly Money[];
      readonly openIncidents: number;
      readonly openAlerts: number;
    }
  | { readonly code: "test" };

export interface PolicyChangeFact {
  /** Such as `destinations.NL`. A rule's range is cut to what names no person. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Every kind of alert. */
export type AlertCode = AlertFacts["code"];

/** What is told to a channel: an alert was raised, or is over. */
export interface AlertEvent {
  readonly alert: MessageId;
  readonly event: "raised" | "resolved";
  readonly at: EpochMilliseconds;
  readonly sentence: string;
  readonly facts: AlertFacts;
}
