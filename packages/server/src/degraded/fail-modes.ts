import { type DegradedMark, WHEN_FAILED, WHEN_OUTCOMES_MISSING, WHEN_PRICE_UNKNOWN } from "@safeguard/core";
import type { AlertCode } from "../alerts/alert-facts.ts";
import type { MetricName } from "../telemetry/metric-list.ts";

/** What an account can choose: a field of its policy. So it is numbered, audited, and in force with the next decision. */
export interface FailModeChoice {
  /** Such as `detection.whenFailed`. */
  readonly setting: string;
  /** The first is the default. */
  readonly values: readonly [string, ...string[]];
}

/** What happens while a part is missing. */
export interface FailMode {
  /** The part, in words. */
  readonly part: string;
  /** How it shows that it is missing. */
  readonly seenBy: string;
  /**
   * `closed`: nothing is sent. `rules`: rules, exceptions, containments set by rule and ceilings decide alone. `open_marked`:
   * decided without it, and marked. `start_refused`: the server does not start. `unaffected`: nothing decides otherwise.
   */
  readonly outcome: "closed" | "rules" | "open_marked" | "start_refused" | "unaffected";
  readonly what: string;
  /** The mark on each verdict that was reached without it. */
  readonly mark?: DegradedMark;
  /** What a client is answered, where that differs from an ordinary decision. */
  readonly answers?: Readonly<Record<"native" | "twilio" | "cm", string>>;
  /** What `/readyz` says; absent: the server stays ready. */
  readonly notReady?: string;
  /** What counts, or shows, that it is missing. Absent: nobody decides without it. */
  readonly metric?: MetricName;
  /** Raised once for each time that it is missing. Absent: nothing could be recorded, or nobody is served. */
  readonly alert?: AlertCode;
  readonly choice?: FailModeChoice;
  /** What else an account can do about it; or why there is nothing to choose. */
  readonly control?: string;
}

const FAULT = { native: "503 `unavailable`", twilio: "500, code 20500", cm: "500, errorCode 500" } as const;

/**
 * What happens when a part is missing: the one table. Marks, `/readyz`, alerts and metrics are taken from it, and so is
 * docs/reference/failure-behaviour.md; its tests make each part fail.
 */
export const FAIL_MODES = {
  journal: {
    part: "Journal (the disk, or PostgreSQL)",
    seenBy: "A write that fails, or a database that cannot be had again",
    outcome: "closed",
    what: "Nothing is taken until a restart: no message is sent whose record is not durable.",
    answers: FAULT,
    notReady: "the journal cannot be written",
    metric: "safeguard_journal_writable",
    control: "Nothing: a message that is not recorded could be sent twice, or be lost.",
  },
  store_reads: {
    part: "Tables of the store",
    seenBy: "A read that fails",
    outcome: "unaffected",
    what: "Decisions come from memory. Lists and reports answer an error until they can be read.",
  },
  restored: {
    part: "Word on what waited in a store that was restored or copied",
    seenBy: "A backup that was put back, a data folder that was copied, a database in another place",
    outcome: "unaffected",
    what: "What waited then (messages, webhooks) is not sent until `safeguard sending resume` or a start with `--resume-sending`. What comes in anew is decided and sent as ever.",
    alert: "degraded",
  },
  policy: {
    part: "Policy of an account, or of one above it",
    seenBy: "No such account is known to the engine",
    outcome: "closed",
    what: "Blocked with the reason `policy_missing`.",
    mark: "policy_missing",
    metric: "safeguard_degraded_decisions_total",
    alert: "degraded",
    control: "Nothing: without its policy, its choice is not known either.",
  },
  numbering_table: {
    part: "Numbering table that a revision was written under",
    seenBy: "A revision of another version's table",
    outcome: "open_marked",
    what: "Decided by the present table; whether the number has moved since could not be asked.",
    mark: "numbering_table_unknown",
    metric: "safeguard_degraded_decisions_total",
    alert: "degraded",
    control: "Confirm the present table: `safeguard policy doctor --confirm`.",
  },
  signals: {
    part: "Detection",
    seenBy: "An error in it while it looks at a message",
    outcome: "rules",
    what: "Rules, exceptions and ceilings decide alone, for this message. `closed`: it is blocked (`detection_failed`).",
    mark: "detection_failed",
    metric: "safeguard_degraded_decisions_total",
    alert: "degraded",
    choice: { setting: "detection.whenFailed", values: WHEN_FAILED },
  },
  snapshot: {
    part: "Snapshot of detection",
    seenBy: "A file that is damaged, foreign, or of another version",
    outcome: "unaffected",
    what: "The journal is replayed from its beginning before the server listens: a slower start, the same state.",
  },
  feedback: {
    part: "Outcomes that accounts report",
    seenBy: "Nothing that was sent is reported as verified",
    outcome: "open_marked",
    what: "Unanswered codes are no evidence then: nobody is blocked for them. Rules, ceilings and bursts still hold. `challenge_new`: where detection may act, numbers that it does not know prove themselves first (`outcomes_missing`).",
    metric: "safeguard_alerts_raised_total",
    alert: "outcomes_missing",
    choice: { setting: "detection.whenOutcomesMissing", values: WHEN_OUTCOMES_MISSING },
  },
  connector: {
    part: "Provider",
    seenBy: "Half of its last submissions fail",
    outcome: "closed",
    what: "A definite refusal goes to the next provider of the route, decided again; what may have been taken is in doubt and not sent again.",
    metric: "safeguard_submissions_total",
    alert: "connector_failing",
    control: "The order of providers in its routes.",
  },
  clock: {
    part: "Clock",
    seenBy: "The time of day moved by 5 seconds or more against the machine's own counter",
    outcome: "unaffected",
    what: "Time never goes back here: it stands still until the clock has caught up, so that no window begins anew. A jump ahead counts as time that passed.",
    metric: "safeguard_degraded_parts",
    alert: "degraded",
    control: "Nothing: to stop then would let a corrected clock stop everybody.",
  },
  configuration: {
    part: "Configuration",
    seenBy: "A setting that is missing, half given or wrong",
    outcome: "start_refused",
    what: "All problems are said together, and nothing is opened.",
  },
  policy_input: {
    part: "Policy file, or a policy sent to the API",
    seenBy: "A problem in it",
    outcome: "unaffected",
    what: "Refused as a whole with every problem; what was in force stays in force.",
  },
  prices: {
    part: "Price of a message",
    seenBy: "No price for its destination and operator, or no exchange rate",
    outcome: "closed",
    what: "Where a limit in money holds the message is blocked (`limit_price_unknown`); elsewhere it counts as unpriced. `maximum_price`: it counts as the `maximumPrice` of the account's limits.",
    mark: "price_unknown",
    metric: "safeguard_degraded_decisions_total",
    alert: "degraded",
    choice: { setting: "limits.whenPriceUnknown", values: WHEN_PRICE_UNKNOWN },
    control: "Prices of its own (`safeguard prices import`), or ceilings in messages.",
  },
  receiver: {
    part: "Customer's webhook server",
    seenBy: "No answer, or another than 2xx",
    outcome: "unaffected",
    what: "Tried again for three days with growing delays (seven for CM.com status reports), then given up and kept for a replay; a server that took nothing throughout is paused.",
    metric: "safeguard_webhook_attempts_total",
    alert: "webhook_paused",
  },
} as const satisfies Readonly<Record<string, FailMode>>;

export type MissingPart = keyof typeof FAIL_MODES;

/** The parts in the order of the table. */
export const MISSING_PARTS = Object.keys(FAIL_MODES) as readonly MissingPart[];

/** The part that is missing where a verdict has this mark. */
export function partOfMark(mark: DegradedMark): MissingPart | undefined {
  return MISSING_PARTS.find((part) => {
    const row: FailMode = FAIL_MODES[part];
    return row.mark === mark;
  });
}
