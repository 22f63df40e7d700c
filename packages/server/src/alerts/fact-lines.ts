import { viewOfMoney } from "../api/money.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { Money } from "../store/journal-record.ts";
import type { AlertFacts } from "./alert-facts.ts";

/** What of an alert's facts people want to see beside its sentence: a name and a value each. */
export function factLines(facts: AlertFacts): readonly (readonly [name: string, value: string])[] {
  switch (facts.code) {
    case "incident_opened":
      return [
        ["Destinations", facts.destinations.map(destinationName).join(", ")],
        ["At risk", facts.atRiskPerHour === undefined ? "no price is known" : `${text(facts.atRiskPerHour)} an hour`],
      ];
    case "policy_changed":
      return [
        ["By", facts.author],
        ["Reason", facts.reason],
        ...facts.changes.map(({ path, before, after }) => [path, `${before} → ${after}`] as const),
        ...(facts.changeCount > facts.changes.length
          ? [["And", `${facts.changeCount - facts.changes.length} more changes`] as const]
          : []),
        ...(facts.loosens ? [["Note", "some messages may be treated less strictly than before"] as const] : []),
      ];
    case "daily_digest":
      return [
        ["Decided", String(facts.decided)],
        ["Blocked", String(facts.blocked)],
        ["Billable", String(facts.billable)],
        ["Spent", facts.spend.length === 0 ? "no price is known" : facts.spend.map(text).join(", ")],
        ["Open incidents", String(facts.openIncidents)],
        ["Open alerts", String(facts.openAlerts)],
      ];
    case "connector_failing":
      return [["Failed", `${facts.failed} of ${facts.tried} in the last 5 minutes`]];
    case "webhook_paused":
      return [["Resume", `safeguard webhooks resume ${facts.receiver}`]];
    default:
      return [];
  }
}

function text(money: Money): string {
  const { amount, currency } = viewOfMoney(money);
  return `${amount} ${currency}`;
}
