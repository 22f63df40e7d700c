import { harmless, type Terminal, tinted } from "../cli/terminal.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { BacktestComparison, Change } from "./compare.ts";
import { columns, shortened, wrapped } from "./text-layout.ts";
import { amountsText, count, DONE, STOPS } from "./wording.ts";

const SHOWN = 12;

/** What the second policy changes, for a terminal of 80 columns: in a sentence, then line by line. */
export function renderComparison(comparison: BacktestComparison, paint: Pick<Terminal, "colour">): string {
  const { before, after, messages, saved, usersHit, verifiedMessages, attacks, leakedBeforeFirstStop, inDoubt } =
    comparison;
  const heading = (text: string): string => tinted(paint, "bold", text);
  const [head = "", ...rows] = columns([
    ["", "First policy", "Second policy", "Change"],
    ...(["allow", ...STOPS] as const).map((action) => row(`Messages ${DONE[action]}`, messages[action])),
    ["Saved", amountsText(saved.before), amountsText(saved.after), amountsText(saved.change)],
    ...(verifiedMessages === 0 ? [] : [row("Real users hit", usersHit)]),
    ...(inDoubt.before + inDoubt.after === 0 ? [] : [row("Real or faked, stopped", inDoubt)]),
    row("Attacks found", attacks),
    row("Out before first stop", leakedBeforeFirstStop),
  ]);
  return `${[
    ...wrapped(summary(comparison)).map((line) => heading(line)),
    "",
    ...wrapped(`First: ${policyText(before)}. Second: ${policyText(after)}.`),
    "",
    heading(head),
    ...rows,
    ...section(
      heading,
      "By reason",
      comparison.reasons.map(({ reason, action, ...change }) => [
        `${reason.replaceAll("_", " ")}, ${DONE[action]}`,
        change,
      ]),
    ),
    ...section(
      heading,
      "Stopped, by destination",
      comparison.destinations.map(({ destination, ...change }) => [destinationName(destination), change]),
    ),
  ].join("\n")}\n`;
}

function summary({ messages, saved, usersHit, verifiedMessages, reasons, destinations }: BacktestComparison): string {
  if (reasons.length === 0 && destinations.length === 0) return "The second policy changes nothing over this file.";
  const fewer = messages.allow.after - messages.allow.before;
  const stops =
    fewer === 0 ? "as many messages" : `${count(Math.abs(fewer), `${fewer < 0 ? "more" : "fewer"} message`)}`;
  const hit = usersHit.after - usersHit.before;
  const users =
    verifiedMessages === 0
      ? "whether real users are hit cannot be told"
      : hit === 0
        ? "as many real users are hit"
        : `${count(Math.abs(hit), `${hit > 0 ? "more" : "fewer"} real user is`, `${hit > 0 ? "more" : "fewer"} real users are`)} hit`;
  return `The second policy stops ${stops}, saves ${amountsText(saved.after)} instead of ${amountsText(saved.before)}, and ${users}.`;
}

function policyText({ name, detection, falseBlockBudget }: BacktestComparison["before"]): string {
  return `${shortened(harmless(name), 40)} (detection ${harmless(detection)}, false-block budget ${falseBlockBudget})`;
}

function section(
  heading: (text: string) => string,
  title: string,
  changes: readonly (readonly [name: string, change: Change])[],
): readonly string[] {
  if (changes.length === 0) return [];
  const [head = "", ...rows] = columns([
    [title, "First", "Second", "Change"],
    ...changes.slice(0, SHOWN).map(([name, change]) => row(name, change)),
  ]);
  const left = changes.length - SHOWN;
  return ["", heading(head), ...rows, ...(left > 0 ? [`… and ${count(left)} more: see --json`] : [])];
}

function row(name: string, { before, after }: Change): readonly string[] {
  const change = after - before;
  return [
    name,
    count(before),
    count(after),
    change === 0 ? "=" : `${change > 0 ? "+" : "-"}${count(Math.abs(change))}`,
  ];
}
