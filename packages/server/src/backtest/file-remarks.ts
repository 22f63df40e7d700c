import type { Remark } from "./remarks.ts";
import type { Recognition } from "./traffic-file/recognise-format.ts";
import type { TrafficSurvey } from "./traffic-file/traffic-reader.ts";
import { count, listed } from "./wording.ts";

/** What the file lacks, what was left out of it, and what was taken to be so; `listPriced` messages had no price. */
export function fileRemarks(recognition: Recognition, survey: TrafficSurvey, listPriced: number): readonly Remark[] {
  const remarks: Remark[] = [];
  // Outcomes and deliveries are spoken of by what the rows have, not by what the header promises.
  for (const { of, text } of recognition.lacks) {
    if (of === "prices" || of === "end_users") remarks.push({ code: `${of}_missing`, text });
  }
  if (listPriced > 0 && recognition.columns.has("price")) {
    const text = `${count(listPriced, "message has", "messages have")} no price in the file: published list prices in US dollars stand in for them.`;
    remarks.push({ code: "list_prices", text });
  }
  const { inbound, other_channel: otherChannel } = survey.skipped;
  if (inbound + otherChannel > 0) {
    const kinds = [
      ...(inbound > 0 ? [`${count(inbound)} inbound`] : []),
      ...(otherChannel > 0 ? [`${count(otherChannel)} on another channel`] : []),
    ];
    remarks.push({ code: "skipped_rows", text: `Rows that are no SMS that was sent were left out: ${listed(kinds)}.` });
  }
  for (const { problem, dropped, count: rows, examples } of survey.problems) {
    const [first] = examples;
    if (dropped || first === undefined) continue;
    const text = `In ${count(rows, "row")} one value was left out; first in line ${count(first.line)}: ${first.text}.`;
    remarks.push({ code: problem, text });
  }
  for (const text of recognition.assumptions) remarks.push({ code: "assumed", text });
  return remarks;
}
