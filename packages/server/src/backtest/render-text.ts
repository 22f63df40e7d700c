import { rangeText } from "@safeguard/core";
import { harmless, type Terminal, tinted } from "../cli/terminal.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { BacktestIncident, BacktestResult } from "./backtest-result.ts";
import { atRiskText, headline } from "./headline.ts";
import {
  areOfSeveralAccounts,
  type IncidentFact,
  incidentFacts,
  incidentTitle,
  shownRanges,
  WHAT_IS_COUNTED,
} from "./incident-facts.ts";
import { nextSteps } from "./next-steps.ts";
import { numberLimitSentence } from "./number-limit-wording.ts";
import { areManyRejected, couldNotBeJudged } from "./rejected-wording.ts";
import { usersHit } from "./remarks.ts";
import { columns, commandLines, shortened, wrapped } from "./text-layout.ts";
import { amountsText, count, DONE, listed, STOPS, spanText, stoppedOf, withoutNumbers } from "./wording.ts";

type Paint = Pick<Terminal, "colour">;

const SHOWN_INCIDENTS = 10;
const SHOWN_RANGES = 4;
const SHOWN_DESTINATIONS = 12;
const SHOWN_BAD_ROWS = 3;
const SHOWN_NUMBERS = 3;

/**
 * What a backtest found, for a terminal of 80 columns: the answer first, then what it rests on. `given`: the file and flags
 * that it came by, as a shell takes them, for the commands at the end.
 */
export function renderText(result: BacktestResult, paint: Paint, given?: readonly string[]): string {
  const sections = [
    [...answer(result, paint)],
    result.incidents.length === 0 ? [] : ["", heading(paint, attacksHeading(result)), ...incidents(result, paint)],
    numberLimit(result, paint),
    reasons(result, paint),
    destinations(result, paint),
    remarks(result, paint),
    ["", heading(paint, "What to do next"), ...steps(result, given)],
  ];
  return `${sections.flat().join("\n")}\n`;
}

function answer(result: BacktestResult, paint: Paint): readonly string[] {
  const { file, messages } = result;
  const isBad = result.incidents.length > 0 || usersHit(result) > 0 || areManyRejected(result);
  const tone = couldNotBeJudged(result) ? "red" : isBad ? "yellow" : "green";
  const span = file.from === undefined || file.until === undefined ? "" : `, ${spanText(file.from, file.until)}`;
  const stops = STOPS.filter((action) => messages[action] > 0).map(
    (action) => `${count(messages[action])} ${DONE[action]}`,
  );
  return [
    ...wrapped(headline(result)).map((line) => tinted(paint, "bold", tinted(paint, tone, line))),
    "",
    ...wrapped(`${shortened(harmless(file.name), 60)}: ${count(messages.total, "message")}${span}.`),
    ...(messages.total === 0
      ? []
      : wrapped(
          `${listed([`${count(messages.allow)} allowed`, ...stops])}; ${amountsText(result.saved)} of ${amountsText(result.spent)} saved in all.`,
        )),
  ];
}

function attacksHeading({ incidents }: BacktestResult): string {
  return incidents.length === 1 ? "The attack" : "Attacks, the most money first (numbered as in --decisions)";
}

function incidents({ incidents }: BacktestResult, paint: Paint): readonly string[] {
  const left = incidents.slice(SHOWN_INCIDENTS);
  const several = areOfSeveralAccounts(incidents);
  const shown = incidents
    .slice(0, SHOWN_INCIDENTS)
    .flatMap((incident) => ["", ...incidentLines(incident, several, paint)]);
  const more =
    left.length === 0
      ? []
      : ["", `… and ${count(left.length, "more attack")}, together ${atRiskText(left)}: see --html or --json`];
  return [...wrapped(WHAT_IS_COUNTED), ...shown, ...more];
}

function incidentLines(found: BacktestIncident, several: boolean, paint: Paint): readonly string[] {
  const { incident, sentence } = found;
  const account = several ? ` (account ${shortened(harmless(incident.account), 30)})` : "";
  const title = `${incident.number}  ${incidentTitle(found)}${account}`;
  return [
    tinted(paint, "bold", shortened(title, 80)),
    ...wrapped(harmless(sentence), "   "),
    "",
    ...[...rangeLines(found), ...incidentFacts(found)].flatMap(({ name, text }) =>
      wrapped(harmless(text), "", 60).map((line, at) => `   ${(at === 0 ? name : "").padEnd(16)} ${line}`),
    ),
  ];
}

function rangeLines(found: BacktestIncident): readonly IncidentFact[] {
  const ranges = shownRanges(found);
  const shown = ranges.slice(0, SHOWN_RANGES).map(({ text, note }) => `${text} (${note})`);
  if (ranges.length > SHOWN_RANGES) shown.push(`… and ${count(ranges.length - SHOWN_RANGES)} more`);
  return shown.map((text, at) => ({ name: at === 0 ? (ranges.length === 1 ? "Range" : "Ranges") : "", text }));
}

/** What no attack explains: messages that broke their own number's limit. */
function numberLimit({ numberLimit }: BacktestResult, paint: Paint): readonly string[] {
  const { messages, worst } = numberLimit;
  if (messages === 0) return [];
  return [
    "",
    heading(paint, "By their own limit of unanswered codes"),
    ...wrapped(numberLimitSentence(numberLimit)),
    ...worst
      .filter(({ messages }) => messages > 1)
      .slice(0, SHOWN_NUMBERS)
      .map(({ number, messages }) => `   ${rangeText(number.slice(0, -3), 1_000)}  ${count(messages, "message")}`),
  ];
}

function reasons(result: BacktestResult, paint: Paint): readonly string[] {
  const stopping = result.reasons.filter(({ action }) => action !== "allow");
  if (stopping.length === 0) return [];
  return table(paint, [
    ["Stopped, by reason", "", "Messages", "Price"],
    ...stopping.map(({ reason, action, messages, cost }) => [
      reason.replaceAll("_", " "),
      DONE[action],
      count(messages),
      amountsText(cost),
    ]),
  ]);
}

function destinations(result: BacktestResult, paint: Paint): readonly string[] {
  const { destinations } = result;
  if (destinations.length === 0) return [];
  const shown = destinations.slice(0, SHOWN_DESTINATIONS);
  const left = destinations.length - shown.length;
  const hasDoubt = result.legitimate.inDoubt > 0;
  const isTold = result.legitimate.verifiedMessages > 0;
  const lines = table(paint, [
    ["By destination", "Messages", "Stopped", "Verified", "Hit", ...(hasDoubt ? ["In doubt"] : []), "Saved"],
    ...shown.map(({ destination, messages, stopped, verifiedMessages, stoppedThoughVerified, inDoubt, saved }) => [
      destinationName(destination),
      count(messages),
      count(stoppedOf(stopped)),
      isTold ? count(verifiedMessages) : "–",
      isTold ? count(stoppedThoughVerified - inDoubt) : "–",
      ...(hasDoubt ? [count(inDoubt)] : []),
      amountsText(saved),
    ]),
  ]);
  const more = left > 0 ? [`… and ${count(left, "more destination")}`] : [];
  const doubt = hasDoubt ? " In doubt: the same, in an attack that may fake that." : "";
  return [...lines, ...more, ...wrapped(`Hit: stopped though verified later in the file.${doubt}`)];
}

function table(paint: Paint, rows: readonly (readonly string[])[]): readonly string[] {
  const [head = "", ...lines] = columns(rows);
  return ["", heading(paint, head), ...lines];
}

function remarks({ remarks, file }: BacktestResult, paint: Paint): readonly string[] {
  if (remarks.length === 0 && file.badRowSamples.length === 0) return [];
  const samples = file.badRowSamples
    .slice(0, SHOWN_BAD_ROWS)
    .flatMap(({ line, reason }) => bullet(`Line ${count(line)}: ${withoutNumbers(harmless(reason))}`));
  return ["", heading(paint, "Please note"), ...remarks.flatMap(({ text }) => bullet(harmless(text))), ...samples];
}

function bullet(text: string): readonly string[] {
  return wrapped(text, "  ").map((line, at) => (at === 0 ? `- ${line.slice(2)}` : line));
}

function steps(result: BacktestResult, given: readonly string[] | undefined): readonly string[] {
  return nextSteps(result, given).flatMap(({ command, purpose }) => [
    ...commandLines(command),
    ...wrapped(purpose, "    "),
  ]);
}

function heading(paint: Paint, text: string): string {
  return tinted(paint, "bold", text);
}
