import type { IncidentDetail } from "../incidents/incident-detail.ts";
import type { IncidentView } from "../incidents/incident-view.ts";
import { destinationName } from "../policies/destination-names.ts";
import { instant, table } from "./print.ts";
import { harmless, type Terminal, type Tone, tinted } from "./terminal.ts";

const TONES: Readonly<Record<IncidentView["state"], Tone>> = {
  open: "red",
  acknowledged: "yellow",
  contained: "yellow",
  closed: "dim",
  false_alarm: "dim",
};

/** An incident for people: the plain sentence first. */
export function incidentText(terminal: Terminal, incident: IncidentDetail): string {
  const { counts, money, collateral, containing, lesson } = incident;
  const facts: [string, string][] = [
    ["state", incident.state.replaceAll("_", " ")],
    ["destination", incident.destinations.map((code) => `${destinationName(code)} (${code})`).join(", ")],
    ["opened", instant(incident.openedAt)],
    ["last seen", instant(incident.lastSeenAt)],
    ...(incident.closedAt === null ? [] : [["closed", instant(incident.closedAt)] satisfies [string, string]]),
    ["attempts", attemptsText(counts)],
    ["money", moneyText(money)],
    ["", money.formula],
    ["others there", othersText(incident)],
    ...(lesson === null
      ? []
      : [["lesson", `${lesson.ranges.join(", ")} let be until ${instant(lesson.until)}`] satisfies [string, string]]),
  ];
  const ranges = incident.ranges.map(({ range, foundAt, containment }) => [
    range,
    instant(foundAt),
    containment === null ? "no" : `${containment.action} by ${containment.by} until ${instant(containment.until)}`,
  ]);
  const timeline = incident.timeline.map(({ at, type, range, act }) => [
    instant(at),
    type.replaceAll("_", " "),
    range ?? "",
    act === null ? "" : harmless(`${act.who?.name ?? "erased"}: ${act.reason ?? "erased"}`),
  ]);
  return [
    `${tinted(terminal, "bold", `Incident ${incident.number}`)} (${tinted(terminal, TONES[incident.state], incident.state.replaceAll("_", " "))}): ${harmless(incident.sentence)}`,
    "",
    table(terminal, ["", ""], facts).trimStart(),
    "",
    table(terminal, ["RANGE", "FOUND", "CONTAINED"], ranges),
    "",
    table(terminal, ["WHEN", "WHAT", "RANGE", "WHO AND WHY"], timeline),
    ...(containing === null ? [] : ["", `To contain it: ${containing.command}`, harmless(containing.sentence)]),
    ...(collateral.since === null ? ["", "Its traffic is no longer remembered: only the record is left."] : []),
  ].join("\n");
}

/** `40 asked for: 4 leaked, 30 challenged, 6 blocked`. */
export function attemptsText(counts: IncidentView["counts"]): string {
  const parts = (
    [
      [counts.leaked, "leaked"],
      [counts.converted, "completed"],
      [counts.held, "held"],
      [counts.challenged, "challenged"],
      [counts.blocked, "blocked"],
      [counts.wouldStop, "would have been stopped"],
      [counts.verified, "of verified numbers passed"],
    ] as const
  ).flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return `${counts.attempts} asked for: ${parts.join(", ")}`;
}

function moneyText({ lost, saved, wouldSave, atRiskPerHour }: IncidentView["money"]): string {
  if (lost === null || saved === null || wouldSave === null || atRiskPerHour === null) return "not known";
  const would = Number(wouldSave.amount) === 0 ? "" : `, would have saved ${wouldSave.amount}`;
  return `lost ${lost.amount}, saved ${saved.amount}${would}, at risk ${atRiskPerHour.amount} ${atRiskPerHour.currency} an hour`;
}

function othersText({ collateral }: IncidentDetail): string {
  const { verifiedNumbers, newNumbers, completed, since } = collateral;
  const seen =
    since === null ? "" : `; of ${newNumbers} attempts of new numbers since ${instant(since)}, ${completed} completed`;
  return `${verifiedNumbers} verified numbers${seen}`;
}
