import type { IncidentEvidence } from "@safeguard/client";

/**
 * What was told of messages: here, or of others of the account. Where nothing was, no zero is known to be one. (Deliveries are
 * counted whether anybody reports them or not; verifications only once one was reported.)
 */
export function outcomesTold({ delivered, converted, baseline }: IncidentEvidence["funnel"]): {
  readonly delivered: boolean;
  readonly converted: boolean;
} {
  return {
    delivered: delivered > 0 || (baseline.delivered ?? 0) > 0,
    converted: converted > 0 || baseline.converted !== null,
  };
}
