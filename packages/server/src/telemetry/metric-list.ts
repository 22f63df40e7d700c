/** What a metric measures. Names and labels are published: dashboards and alert rules name them. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Each with few values by nature; whatever goes beyond `MOST_SERIES` is counted as `other`. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in ascending order. */
  readonly buckets?: readonly number[];
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Every metric of `/metrics`. No numbers of persons, no names; account ids only where the operator asks for them. */
export const METRICS = {
  safeguard_decisions_total: {
    type: "counter",
    help: "Decisions by what was decided and what the reason belongs to (destination, limit, detection …).",
    labels: ["action", "family"],
  },
  safeguard_account_decisions_total: {
    type: "counter",
    help: "Decisions by account id. Only with SAFEGUARD_METRICS_ACCOUNTS.",
    labels: ["account", "action"],
  },
  safeguard_degraded_decisions_total: {
    type: "counter",
    help: "Decisions taken without a part that should have taken part, by the mark on them.",
    labels: ["mark", "action"],
  },
  safeguard_degraded_parts: {
    type: "gauge",
    help: "1: this part is missing now (an id of the fail-mode table).",
    labels: ["part"],
  },
  safeguard_request_seconds: {
    type: "histogram",
    help: "Time from a whole request to its answer, by dialect. Waiting for the provider is part of it.",
    labels: ["dialect"],
    buckets: SECONDS,
  },
  safeguard_requests_total: {
    type: "counter",
    help: "Requests of the dialects by the class of the answer's status.",
    labels: ["dialect", "status"],
  },
  safeguard_requests_refused_total: {
    type: "counter",
    help: "Requests refused at the door, because the server (full) or the account (share) has too many under way.",
    labels: ["reason"],
  },
  safeguard_requests_in_flight: { type: "gauge", help: "Requests of the dialects under way.", labels: [] },
  safeguard_wrong_credentials_total: {
    type: "counter",
    help: "Different wrong credentials that an address showed within a minute, by what was wrong with them.",
    labels: ["failure"],
  },
  safeguard_journal_group_records: {
    type: "histogram",
    help: "Records that became durable together.",
    labels: [],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  },
  safeguard_journal_wait_seconds: {
    type: "histogram",
    help: "Time until a group was durable, from its first record.",
    labels: [],
    buckets: SECONDS,
  },
  safeguard_journal_writable: {
    type: "gauge",
    help: "0: the journal cannot be written; nothing is taken.",
    labels: [],
  },
  safeguard_journal_records_total: { type: "counter", help: "Records given to the journal.", labels: [] },
  safeguard_submissions_total: {
    type: "counter",
    help: "Submissions by provider and how they ended: accepted, refused (with its kind) or in_doubt.",
    labels: ["provider", "outcome"],
  },
  safeguard_submissions_in_flight: { type: "gauge", help: "Submissions whose end is not known yet.", labels: [] },
  safeguard_waiting_messages: {
    type: "gauge",
    help: "Accepted messages that wait to be sent (queued, scheduled, held, to be tried again). Those of a restored store that may not go on are not among them.",
    labels: [],
  },
  safeguard_held_messages: { type: "gauge", help: "Messages and decisions that detection holds.", labels: [] },
  safeguard_webhooks_waiting: { type: "gauge", help: "Webhooks and alerts that are still to be told.", labels: [] },
  safeguard_webhook_attempts_total: {
    type: "counter",
    help: "Tries at telling customers' servers: taken, retried or given_up.",
    labels: ["outcome"],
  },
  safeguard_outcomes_total: { type: "counter", help: "Outcomes that accounts reported, by kind.", labels: ["kind"] },
  safeguard_feedback_age_seconds: {
    type: "gauge",
    help: "Since the last reported outcome of any account. Absent: none since the start.",
    labels: [],
  },
  safeguard_alerts_raised_total: { type: "counter", help: "Alerts raised, by kind.", labels: ["code"] },
  safeguard_ceiling_highest_used_ratio: {
    type: "gauge",
    help: "Of all ceilings of all accounts, how much of the fullest is used: 1 is all.",
    labels: [],
  },
  safeguard_ceiling_used_ratio: {
    type: "gauge",
    help: "How much of an account's ceiling is used. Only with SAFEGUARD_METRICS_ACCOUNTS.",
    labels: ["account", "ceiling"],
  },
  safeguard_event_loop_lag_seconds: {
    type: "gauge",
    help: "99th percentile of the event loop's delay since the last scrape.",
    labels: [],
  },
  safeguard_resident_memory_bytes: { type: "gauge", help: "Memory of the process.", labels: [] },
  safeguard_start_time_seconds: { type: "gauge", help: "When the process started, in seconds since 1970.", labels: [] },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]["labels"][number], string>>;

/** Series that one metric may have: so that nothing a client sends can fill the memory, here or in Prometheus. */
export const MOST_SERIES = 500;
