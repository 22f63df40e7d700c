import { destinationName } from "../policies/destination-names.ts";
import type { BacktestIncident, BacktestResult } from "./backtest-result.ts";
import { atRiskText, attackMoney, headline, stoppedByIncident } from "./headline.ts";
import { areOfSeveralAccounts, incidentTitle, WHAT_IS_COUNTED } from "./incident-facts.ts";
import { nextSteps } from "./next-steps.ts";
import { numberLimitSentence } from "./number-limit-wording.ts";
import { usersHit } from "./remarks.ts";
import { type Column, table } from "./report/figure.ts";
import { Html, html } from "./report/html.ts";
import { incidentSection } from "./report/incident-section.ts";
import { PAGE_STYLE } from "./report/page-style.ts";
import { amountsText, count, DONE, maskedNumber, percent, spanText, stoppedOf, withoutNumbers } from "./wording.ts";

export interface RenderHtmlOptions {
  /** Show single numbers in full. Default: a number keeps its range's prefix only. */
  readonly showNumbers?: boolean;
  /** The file and flags that it came by, as a shell takes them, for the commands at the end. */
  readonly given?: readonly string[];
}

/** The page may load and run nothing; its only style is its own. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const SHOWN_DESTINATIONS = 15;
/** With pictures; others stand in a table. */
const SHOWN_INCIDENTS = 30;
const LISTED_INCIDENTS = 1_000;

/** What a backtest found, as one page that needs nothing else: no request, no script; to read, print or send. */
export function renderHtml(result: BacktestResult, { showNumbers = false, given }: RenderHtmlOptions = {}): string {
  const { file, incidents } = result;
  const span = file.from === undefined || file.until === undefined ? undefined : spanText(file.from, file.until);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Safeguard backtest of ${file.name}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<header>
<h1>Safeguard backtest of <bdi>${file.name}</bdi>${span === undefined ? undefined : html`, <span class="number">${span}</span>`}</h1>
<p class="answer">${headline(result)}</p>
${tiles(result)}
</header>
<main>
${incidents.length === 0 ? undefined : attacks(incidents, showNumbers)}
<h2>What would have been stopped</h2>
${savedFormula(result)}
${numberLimit(result, showNumbers)}
${reasons(result)}
${destinations(result)}
${notes(result, showNumbers)}
<h2>What to do next</h2>
<ul class="steps">${nextSteps(result, given).map(
    ({ command, purpose }) => html`<li><code>${command.join(" ")}</code><br>${purpose}</li>
`,
  )}</ul>
</main>
<footer>${made(result, showNumbers)}</footer>
</body>
</html>
`.text;
}

function attacks(incidents: readonly BacktestIncident[], showNumbers: boolean): Html {
  const several = areOfSeveralAccounts(incidents);
  const others = incidents.slice(SHOWN_INCIDENTS);
  const name = (found: BacktestIncident): string =>
    `${found.incident.number}. ${incidentTitle(found)}${several ? ` (account ${found.incident.account})` : ""}`;
  const sections = incidents
    .slice(0, SHOWN_INCIDENTS)
    .map((incident, at) => incidentSection(incident, { id: `a${at + 1}`, title: name(incident), showNumbers }));
  const rows = others
    .slice(0, LISTED_INCIDENTS)
    .map((found) => [
      name(found),
      spanText(found.begunAt, Math.max(found.begunAt, found.incident.lastSeenAt)),
      count(found.incident.counts.attempts),
      count(stoppedByIncident(found.incident)),
      atRiskText([found]),
    ]);
  const head = [{ name: "Attack" }, { name: "When" }, ...["Messages", "Stopped", "At risk"].map(numberColumn)];
  return html`<h2>${incidents.length === 1 ? "The attack" : "The attacks, the most money first"}</h2>
<p class="quiet">${WHAT_IS_COUNTED}</p>
${sections}${others.length === 0 ? undefined : html`<details><summary>${count(others.length, "more attack")}, together ${atRiskText(others)}</summary>${table("Other attacks", head, rows)}</details>`}`;
}

function numberColumn(name: string): Column {
  return { name, number: true };
}

function numberLimit({ numberLimit }: BacktestResult, showNumbers: boolean): Html | undefined {
  if (numberLimit.messages === 0) return undefined;
  const rows = numberLimit.worst.map(({ number, messages }) => [
    showNumbers ? number : maskedNumber(number),
    count(messages),
  ]);
  return html`<p>By their own limit of unanswered codes: ${numberLimitSentence(numberLimit)}</p>
${table("Numbers with the most messages beyond their limit", [{ name: "Number" }, numberColumn("Messages")], rows)}`;
}

function tiles(result: BacktestResult): Html {
  const { messages, saved, spent, legitimate } = result;
  const stopped = stoppedOf(messages);
  const hit = usersHit(result);
  return html`<dl class="tiles">
<div><dt>Messages</dt><dd>${count(messages.total)} <small>${count(messages.allow)} would have gone out</small></dd></div>
<div><dt>Stopped</dt><dd>${count(stopped)} <small>${percent(stopped, messages.total)}: ${count(messages.block)} blocked, ${count(messages.challenge)} challenged, ${count(messages.hold)} held</small></dd></div>
<div><dt>Saved</dt><dd>${amountsText(saved)} <small>of ${amountsText(spent)} in the whole file</small></dd></div>
<div><dt>Real users hit</dt><dd>${legitimate.verifiedMessages === 0 ? html`unknown <small>the file has no verifications</small>` : html`${count(hit)} <small>${percent(hit, legitimate.verifiedMessages)} of ${count(legitimate.verifiedMessages, "verified message")}${legitimate.inDoubt === 0 ? undefined : `; ${count(legitimate.inDoubt)} more in attacked ranges, real or faked`}</small>`}</dd></div>
</dl>`;
}

function savedFormula({ incidents, saved, unpriced }: BacktestResult): Html {
  const attacks = attackMoney(incidents).saved;
  const ofAttacks = Object.keys(attacks).length === 0 ? "" : ` Attacks make up ${amountsText(attacks)} of it.`;
  const missing =
    unpriced === 0
      ? ""
      : ` ${count(unpriced, "message")} without a price ${unpriced === 1 ? "counts" : "count"} as nothing.`;
  return html`<p>Saved is the sum of the prices of all messages that were blocked, held until they ran out of time, or challenged: ${amountsText(saved)}.${ofAttacks}${missing}</p>`;
}

function reasons({ reasons }: BacktestResult): Html | undefined {
  const stopping = reasons.filter(({ action }) => action !== "allow");
  if (stopping.length === 0) return undefined;
  return table(
    "By reason",
    [{ name: "Reason" }, { name: "Done" }, { name: "Messages", number: true }, { name: "Price", number: true }],
    stopping.map(({ reason, action, messages, cost }) => [
      reason.replaceAll("_", " "),
      DONE[action],
      count(messages),
      amountsText(cost),
    ]),
  );
}

function destinations({ destinations, legitimate }: BacktestResult): Html | undefined {
  if (destinations.length === 0) return undefined;
  const hasDoubt = legitimate.inDoubt > 0;
  const isTold = legitimate.verifiedMessages > 0;
  const doubt = hasDoubt ? ["The same, real or faked"] : [];
  const columns = ["Messages", "Stopped", "Verified", "Stopped though verified", ...doubt, "Price", "Saved"];
  const rows = destinations.map((row) => [
    destinationName(row.destination),
    count(row.messages),
    count(stoppedOf(row.stopped)),
    isTold ? count(row.verifiedMessages) : "–",
    isTold ? count(row.stoppedThoughVerified - row.inDoubt) : "–",
    ...(hasDoubt ? [count(row.inDoubt)] : []),
    amountsText(row.spent),
    amountsText(row.saved),
  ]);
  const head = [{ name: "Destination" }, ...columns.map(numberColumn)];
  const rest = rows.slice(SHOWN_DESTINATIONS);
  return html`${table("By destination, the most stopped first", head, rows.slice(0, SHOWN_DESTINATIONS))}${rest.length === 0 ? undefined : html`<details><summary>${count(rest.length, "more destination")}</summary>${table("Other destinations", head, rest)}</details>`}`;
}

function notes({ remarks, file }: BacktestResult, showNumbers: boolean): Html | undefined {
  if (remarks.length === 0 && file.badRowSamples.length === 0) return undefined;
  return html`<h2>Please note</h2>
<ul class="notes">${remarks.map(
    ({ text }) => html`<li>${text}</li>
`,
  )}${file.badRowSamples.map(
    ({ line, reason }) => html`<li>Line ${count(line)}: <bdi>${showNumbers ? reason : withoutNumbers(reason)}</bdi></li>
`,
  )}</ul>`;
}

function made({ file, policy, elapsedMs, rowsPerSecond }: BacktestResult, showNumbers: boolean): Html {
  const budget =
    policy.falseBlockBudget > 0
      ? `, at most 1 legitimate message in ${count(1 / policy.falseBlockBudget)} stopped by mistake`
      : "";
  const masked = showNumbers
    ? "Phone numbers are shown in full: treat this page as personal data."
    : "Single phone numbers are hidden; those of verified people are drawn to within ten.";
  return html`<p>${masked}</p>
<p>Policy <bdi>${policy.name}</bdi> with detection enforced${budget}. Replayed ${count(file.rows, "row")} in ${(elapsedMs / 1000).toFixed(1)} s (${count(rowsPerSecond)} a second). Every message was decided in the order of time, with what was known by then; the outcome of a message that was stopped never happened.</p>`;
}
