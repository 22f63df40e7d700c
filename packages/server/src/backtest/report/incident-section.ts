import { explainScope, type IncidentEntry } from "@safeguard/core";
import { destinationName } from "../../policies/destination-names.ts";
import type { BacktestIncident } from "../backtest-result.ts";
import { incidentFacts, type ShownRange, shownRanges } from "../incident-facts.ts";
import { count, timeText } from "../wording.ts";
import { evidenceTable } from "./evidence-table.ts";
import { table } from "./figure.ts";
import { funnel } from "./funnel.ts";
import { type Html, html } from "./html.ts";
import { latencyHistogram } from "./latency-histogram.ts";
import { masked } from "./marks.ts";
import { numberLine } from "./number-line.ts";
import { numberTime } from "./number-time.ts";
import { rateChart } from "./rate-chart.ts";
import { unbroken } from "./unbroken.ts";

const NAMES = { destination: destinationName };
const SHOWN_RANGES = 12;

export interface IncidentSectionOptions {
  /** Of the section in the page. */
  readonly id: string;
  readonly title: string;
  readonly showNumbers: boolean;
}

/** Everything that a person needs to check one attack: the sentence, the facts, the pictures, what happened when. */
export function incidentSection(found: BacktestIncident, { id, title, showNumbers }: IncidentSectionOptions): Html {
  const { incident, sentence } = found;
  const pictures = showNumbers ? found.pictures : masked(found.pictures);
  const ranges = shownRanges(found);
  return html`<article class="incident" id="${id}" aria-labelledby="${id}-h">
<h3 id="${id}-h">${title}</h3>
<p class="sentence">${unbroken(sentence)}</p>
<dl class="facts">
<dt>${ranges.length === 1 ? "Range" : "Ranges"}</dt><dd>${rangeList(ranges)}</dd>
${incidentFacts(found).map(
  ({ name, text }) => html`<dt>${name}</dt><dd>${unbroken(text)}</dd>
`,
)}</dl>
<div class="pictures">
${numberLine(`${id}-line`, pictures, incident.ranges, showNumbers)}
${numberTime(`${id}-time`, pictures)}
${funnel(`${id}-funnel`, pictures)}
${latencyHistogram(`${id}-latency`, pictures)}
${rateChart(`${id}-rate`, pictures)}
</div>
<div class="tables">
${evidenceTable(incident.evidence)}
${timeline(incident.timeline)}
</div>
</article>
`;
}

function rangeList(ranges: readonly ShownRange[]): Html {
  const items = ranges.map(
    ({ text, note }) =>
      html`<li>${unbroken(text)} <span class="quiet">(${note})</span></li>
`,
  );
  if (items.length <= SHOWN_RANGES) return html`<ul class="ranges">${items}</ul>`;
  return html`<ul class="ranges">${items.slice(0, SHOWN_RANGES)}</ul><details><summary>${count(items.length - SHOWN_RANGES)} more</summary><ul class="ranges">${items.slice(SHOWN_RANGES)}</ul></details>`;
}

const HAPPENED: Readonly<Record<IncidentEntry["type"], string>> = {
  opened: "Seen",
  range_found: "Range found",
  contained: "Contained: new numbers stopped",
  renewed: "Containment renewed",
  probed: "Probed: a few let through, to see",
  reopened: "Reopened",
  expired: "Containment ended",
  acknowledged: "Acknowledged",
  released: "Released",
  false_alarm: "Called a false alarm",
  closed: "Closed",
};

const SHOWN_ENTRIES = 12;

function timeline(entries: readonly IncidentEntry[]): Html | undefined {
  if (entries.length === 0) return undefined;
  const rows = entries.map(({ at, type, scope }) => [
    unbroken(timeText(at, "seconds").slice(0, -4)),
    HAPPENED[type],
    scope === undefined ? "" : unbroken(explainScope(scope, NAMES)),
  ]);
  const columns = [{ name: "Time (UTC)" }, { name: "What happened" }, { name: "Where" }];
  const first = table("What happened when", columns, rows.slice(0, SHOWN_ENTRIES));
  if (rows.length <= SHOWN_ENTRIES) return html`<div>${first}</div>`;
  return html`<div>${first}<details><summary>${count(rows.length - SHOWN_ENTRIES)} more</summary>${table("What happened then", columns, rows.slice(SHOWN_ENTRIES))}</details></div>`;
}
