import { type EpochMilliseconds, REASONS, type Verdict } from "@safeguard/core";
import type { Notice } from "../store/journal-record.ts";
import { cmStandardError } from "./wire/cm-status-report.ts";

/**
 * The delivery report of a message that we stopped but answered as accepted. `code` is the reason in the dialect's own
 * numbers, `reason` in ours: CM.com's standard errors 28 (destination management) and 47 (limits; by our choice detection too), Twilio's
 * 21408 (destination) and 30450 (delivery blocked).
 */
export function blockReport(
  dialect: "native" | "twilio" | "cm",
  verdict: Verdict,
  at: EpochMilliseconds,
): Notice["report"] {
  const { reason } = verdict;
  const { family } = REASONS[reason];
  const ours = family === "destination" || family === "network" || family === "number";
  switch (dialect) {
    case "cm":
      return { status: "failed", occurredAt: at, ...cmStandardError(family), reason };
    case "twilio":
      return {
        status: "failed",
        occurredAt: at,
        code: ours ? "21408" : "30450",
        text: "Message delivery blocked",
        reason,
      };
    case "native":
      return { status: "failed", occurredAt: at, code: reason, text: "Stopped by Safeguard", reason };
  }
}
