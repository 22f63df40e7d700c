import type { AlertFacts } from "./alert-facts.ts";

/** What an alert is about, beside its account and incident: of something else it is another alert, and is told for itself. */
export function alertSubject(facts: AlertFacts): string {
  switch (facts.code) {
    case "ceiling_near":
    case "ceiling_reached":
    case "ceiling_crowded":
      return facts.ceilings.join(", ");
    case "connector_failing":
      return facts.provider;
    case "degraded":
      return facts.part;
    case "webhook_paused":
      return facts.receiver;
    case "policy_changed":
      return `${facts.policy} ${facts.revision}`;
    case "first_block":
      return `${facts.policy} ${facts.revision} ${facts.destination}`;
    case "daily_digest":
      return facts.day;
    default:
      return "";
  }
}
