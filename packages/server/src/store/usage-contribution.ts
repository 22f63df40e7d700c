import type { Money } from "./journal-record.ts";
import type { MessageProgress } from "./message-progress.ts";

/** What one message adds to its line of usage, as it stands. */
export interface UsageContribution {
  readonly decided: number;
  readonly blocked: number;
  readonly billable: number;
  readonly billableSegments: number;
  readonly delivered: number;
  readonly spend: Money | undefined;
}

export const NO_CONTRIBUTION: UsageContribution = {
  decided: 0,
  blocked: 0,
  billable: 0,
  billableSegments: 0,
  delivered: 0,
  spend: undefined,
};

/**
 * Billable: a provider took it, or may have taken it, or a report proves that one did. Blocked, refused and still
 * undecided submissions are not.
 */
export function usageContribution(
  progress: MessageProgress,
  segments: number,
  price: Money | undefined,
): UsageContribution {
  const { decision, submission, report } = progress;
  const taken = submission?.state === "submitted" || submission?.state === "in_doubt" || report !== undefined;
  const billable = decision === "allowed" && taken;
  const delivered = decision === "allowed" && (report?.status === "delivered" || report?.status === "read");
  return {
    decided: 1,
    blocked: decision === "blocked" ? 1 : 0,
    billable: billable ? 1 : 0,
    billableSegments: billable ? segments : 0,
    delivered: delivered ? 1 : 0,
    spend: billable ? price : undefined,
  };
}

/** Where usage counts a recipient: its destination, or `unknown` where several share the number. */
export function usageDestination(candidates: readonly string[]): string {
  return candidates.length === 1 ? (candidates[0] ?? "unknown") : "unknown";
}
