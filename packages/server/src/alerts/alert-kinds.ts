import type { AlertCode } from "./alert-facts.ts";

export interface AlertKind {
  /** What a person reads first. */
  readonly title: string;
  /**
   * `now`: also in quiet time; `soon`: when quiet time is over; `routine`: as `soon`, and left out of channels that take
   * urgent alerts only.
   */
  readonly urgency: "now" | "soon" | "routine";
  /** It lasts, so that its end is worth telling. Others are over as soon as they are raised. */
  readonly lasts: boolean;
  readonly tellsEnd: boolean;
  /** When it is raised, in words for the documentation. */
  readonly when: string;
}

/** The one list of alerts: what is raised, how urgent it is, and whether its end is told. docs/reference/alerts.md is made from it. */
export const ALERT_KINDS: Readonly<Record<AlertCode, AlertKind>> = {
  incident_opened: {
    title: "Incident",
    urgency: "now",
    lasts: true,
    tellsEnd: true,
    when: "Detection sees an attack. Once for each incident, with the money at risk per hour and a link to confirm the containment.",
  },
  incident_contained: {
    title: "Incident contained",
    urgency: "soon",
    lasts: true,
    tellsEnd: false,
    when: "Ranges of an incident were blocked, by detection or by a person.",
  },
  ceiling_reached: {
    title: "Ceiling reached",
    urgency: "now",
    lasts: true,
    tellsEnd: true,
    when: "A ceiling of an account, a destination or a range is used up, or has stopped a message in the last 15 minutes.",
  },
  ceiling_near: {
    title: "Ceiling near",
    urgency: "soon",
    lasts: true,
    tellsEnd: false,
    when: "Four fifths of a ceiling are used.",
  },
  ceiling_crowded: {
    title: "Ceiling counts together",
    urgency: "routine",
    lasts: true,
    tellsEnd: false,
    when: "A ceiling counts more numbers, senders or addresses than can be counted singly.",
  },
  outcomes_missing: {
    title: "No outcomes reported",
    urgency: "routine",
    lasts: true,
    tellsEnd: true,
    when: "Nothing that was sent is reported as verified, so that detection cannot learn from it.",
  },
  lockdown: {
    title: "Lockdown",
    urgency: "now",
    lasts: true,
    tellsEnd: true,
    when: "Somebody set the lockdown: only verified numbers get messages.",
  },
  bypass: {
    title: "Bypass of detection",
    urgency: "now",
    lasts: true,
    tellsEnd: true,
    when: "Somebody made detection stand aside.",
  },
  stepped_down: {
    title: "Detection stepped down",
    urgency: "soon",
    lasts: true,
    tellsEnd: true,
    when: "Audit releases show that the false-block budget is in danger.",
  },
  connector_failing: {
    title: "Provider failing",
    urgency: "now",
    lasts: true,
    tellsEnd: true,
    when: "At least half of a provider's last submissions (20 or more within 5 minutes) found it unavailable, refused for its credentials, or ended in doubt.",
  },
  degraded: {
    title: "Degraded",
    urgency: "now",
    lasts: true,
    tellsEnd: true,
    when: "Decisions are taken without a part that should take part. One for each part; its end is told.",
  },
  policy_changed: {
    title: "Policy changed",
    urgency: "soon",
    lasts: false,
    tellsEnd: false,
    when: "A revision was saved, with what it changes.",
  },
  first_block: {
    title: "First block of a destination",
    urgency: "soon",
    lasts: false,
    tellsEnd: false,
    when: "A destination is blocked for the first time under a revision: so that a mistake in it shows with the first message that it costs.",
  },
  webhook_paused: {
    title: "Webhook paused",
    urgency: "now",
    lasts: false,
    tellsEnd: false,
    when: "A server of yours has taken nothing through all tries of a webhook. Nothing more is sent to it until it is resumed.",
  },
  daily_digest: {
    title: "Daily digest",
    urgency: "routine",
    lasts: false,
    tellsEnd: false,
    when: "Once a day, where the account wants it: yesterday in numbers.",
  },
  test: {
    title: "Test",
    urgency: "now",
    lasts: false,
    tellsEnd: false,
    when: "Somebody pressed the test button.",
  },
};

export const ALERT_CODES = Object.keys(ALERT_KINDS) as readonly AlertCode[] as readonly [AlertCode, ...AlertCode[]];
