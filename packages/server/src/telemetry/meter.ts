import { monitorEventLoopDelay } from "node:perf_hooks";
import { type AccountId, type Engine, type EpochMilliseconds, REASONS, type Verdict } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Metrics } from "./metrics.ts";

export interface MeterDeps {
  readonly metrics: Metrics;
  readonly engine: Pick<Engine, "limitUse">;
  readonly directory: Pick<Directory, "accounts">;
  /** Show account ids as labels. */
  readonly accounts: boolean;
  readonly writable: () => boolean;
  /** Requests of the dialects under way. */
  readonly requests: () => number;
  /** Messages and decisions that detection holds. */
  readonly held: () => number;
  /** Accepted messages that wait to be sent. */
  readonly waiting: () => number;
  /** Ids of the parts that are missing now. */
  readonly degradedParts: () => readonly string[];
  readonly now: () => EpochMilliseconds;
}

export interface Meter {
  /** What is given to the journal. */
  hear(record: JournalRecord): void;
  /** So many webhooks wait in the store at the start. */
  begin(webhooksWaiting: number): void;
  /** The text of `/metrics`, with what is measured at the moment. */
  scrape(): string;
  stop(): void;
}

/** Counts what is recorded, and looks at the rest when it is asked. */
export function createMeter(deps: MeterDeps): Meter {
  const { metrics } = deps;
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  let noticesWaiting = 0;
  let underWay = 0;
  let lastOutcomeAt: number | undefined;

  function decided(account: AccountId, verdict: Verdict): void {
    const { action, reason, degraded } = verdict;
    metrics.count("safeguard_decisions_total", { action, family: REASONS[reason].family });
    if (deps.accounts) metrics.count("safeguard_account_decisions_total", { account, action });
    for (const mark of degraded) metrics.count("safeguard_degraded_decisions_total", { mark, action });
  }

  function ceilings(): void {
    metrics.clear("safeguard_ceiling_used_ratio");
    let highest = 0;
    for (const { id, defaultPolicy } of deps.directory.accounts()) {
      for (const { ceiling, used, most, level } of deps.engine.limitUse(id, defaultPolicy, deps.now())) {
        if (level !== 0 || most <= 0) continue;
        const ratio = used / most;
        highest = Math.max(highest, ratio);
        if (deps.accounts) metrics.set("safeguard_ceiling_used_ratio", { account: id, ceiling: ceiling.name }, ratio);
      }
    }
    metrics.set("safeguard_ceiling_highest_used_ratio", {}, highest);
  }

  return {
    hear(record) {
      switch (record.type) {
        case "message_decided":
          decided(record.account, record.verdict);
          if (record.intent !== undefined) underWay += 1;
          return;
        case "decision_made":
          decided(record.account, record.verdict);
          return;
        case "submission_intended":
          underWay += 1;
          return;
        case "submission_ended": {
          const { provider, outcome } = record;
          underWay = Math.max(0, underWay - 1);
          const ended = outcome.type === "refused" ? `refused_${outcome.kind}` : outcome.type;
          metrics.count("safeguard_submissions_total", { provider, outcome: ended });
          return;
        }
        case "outcome_reported":
          lastOutcomeAt = record.at;
          metrics.count("safeguard_outcomes_total", { kind: record.kind });
          return;
        case "notice_queued":
          noticesWaiting += 1;
          return;
        case "notice_attempted": {
          const outcome = record.taken ? "taken" : record.nextAt === undefined ? "given_up" : "retried";
          if (outcome !== "retried") noticesWaiting = Math.max(0, noticesWaiting - 1);
          metrics.count("safeguard_webhook_attempts_total", { outcome });
          return;
        }
        case "detection_alert":
          metrics.count("safeguard_alerts_raised_total", { code: record.code });
          return;
        default:
          return;
      }
    },
    begin(webhooksWaiting) {
      noticesWaiting += webhooksWaiting;
    },
    scrape() {
      metrics.set("safeguard_journal_writable", {}, deps.writable() ? 1 : 0);
      metrics.set("safeguard_submissions_in_flight", {}, underWay);
      metrics.set("safeguard_requests_in_flight", {}, deps.requests());
      metrics.set("safeguard_held_messages", {}, deps.held());
      metrics.set("safeguard_waiting_messages", {}, deps.waiting());
      metrics.set("safeguard_webhooks_waiting", {}, noticesWaiting);
      metrics.clear("safeguard_degraded_parts");
      for (const part of deps.degradedParts()) metrics.set("safeguard_degraded_parts", { part }, 1);
      if (lastOutcomeAt !== undefined) {
        metrics.set("safeguard_feedback_age_seconds", {}, Math.max(0, deps.now() - lastOutcomeAt) / 1000);
      }
      ceilings();
      metrics.set("safeguard_event_loop_lag_seconds", {}, lag.percentile(99) / 1e9);
      lag.reset();
      metrics.set("safeguard_resident_memory_bytes", {}, process.memoryUsage.rss());
      metrics.set("safeguard_start_time_seconds", {}, Math.round(Date.now() / 1000 - process.uptime()));
      return metrics.text();
    },
    stop: () => lag.disable(),
  };
}
