import type { DegradedMark } from "@safeguard/core";
import type { AlertCode } from "../alerts/alert-facts.ts";

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
  /** Raised once for each time that it is missing. Absent: nothing could be recorded, or nobody is served. */
  readonly alert?: AlertCode;
  /** What an account can choose here. */
  readonly choice?: string;
}

const FAULT = { native: "500 `internal`", twilio: "500, code 20500", cm: "500, errorCode 500" } as const;

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
  },
  store_reads: {
    part: "Tables of the store",
    seenBy: "A read that fails",
    outcome: "unaffected",
    what: "Decisions come from memory. Lists and reports answer an error until they can be read.",
  },
  policy: {
    part: "Policy of an account, or of one above it",
    seenBy: "No such account is known to the engine",
    outcome: "closed",
    what: "Blocked with the reason `policy_missing`.",
    mark: "policy_missing",
    alert: "degraded",
  },
  numbering_table: {
    part: "Numbering table that a revision was written under",
    seenBy: "A revision of another version's table",
    outcome: "open_marked",
    what: "Decided by the present table; whether the number has moved since could not be asked.",
    mark: "numbering_table_unknown",
    alert: "degraded",
  },
  signals: {
    part: "Detection",
    seenBy: "An error in it while it looks at a message",
    outcome: "rules",
    what: "Rules, exceptions and ceilings decide alone, for this message.",
    mark: "detection_failed",
    alert: "degraded",
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
    what: "Unanswered codes are no evidence then: nobody is blocked for them. Rules, ceilings and bursts still hold.",
    alert: "outcomes_missing",
    choice: "Ceilings and block lists of the policy.",
  },
  connector: {
    part: "Provider",
    seenBy: "Half of its last submissions fail",
    outcome: "closed",
    what: "A definite refusal goes to the next provider of the route, decided again; what may have been taken is in doubt and not sent again.",
    alert: "connector_failing",
    choice: "The order of providers in its routes.",
  },
  clock: {
    part: "Clock",
    seenBy: "The time of day moved by 5 seconds or more against the machine's own counter",
    outcome: "unaffected",
    what: "Time never goes back here: it stands still until the clock has caught up, so that no window begins anew. A jump ahead counts as time that passed.",
    alert: "degraded",
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
    what: "Where a ceiling in money holds the message is blocked (`limit_price_unknown`); elsewhere it counts as unpriced.",
    choice: "Prices of its own (`safeguard prices import`), or ceilings in messages.",
  },
  receiver: {
    part: "Customer's webhook server",
    seenBy: "No answer, or another than 2xx",
    outcome: "unaffected",
    what: "Tried again for three days with growing delays (seven for CM.com status reports), then given up and kept for a replay; a server that took nothing throughout is paused.",
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
