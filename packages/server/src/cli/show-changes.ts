import type { ComparisonView } from "../policies/compare-revisions.ts";
import { foldCodes } from "../policies/destination-names.ts";
import { harmless, type Terminal, tinted } from "./terminal.ts";

/** A comparison as lines: `+` is new, `-` is gone, `~` is another; what loosens is marked. */
export function showChanges(terminal: Terminal, { changes, loosens }: ComparisonView): string {
  if (changes.length === 0) return "Nothing differs.";
  const lines = folded(changes).map(({ path, before, after, loosens: looser }) => {
    const mark = looser ? tinted(terminal, "yellow", "  (loosens)") : "";
    if (before === null) return `${tinted(terminal, "green", `+ ${harmless(path)}: ${words(after)}`)}${mark}`;
    if (after === null) return `${tinted(terminal, "red", `- ${harmless(path)}: ${words(before)}`)}${mark}`;
    return `~ ${harmless(path)}: ${words(before)} → ${words(after)}${mark}`;
  });
  if (loosens) lines.push("", "Some messages may be treated less strictly than before: see what is marked.");
  return lines.join("\n");
}

const DESTINATION_PATH = "destinations.";

/** Destinations that change alike in one line, groups by their names; in the place of the first of them. */
function folded(changes: ComparisonView["changes"]): ComparisonView["changes"] {
  const alike = new Map<string, ComparisonView["changes"]>();
  for (const change of changes) {
    const { path, before, after, loosens } = change;
    const key = path.startsWith(DESTINATION_PATH) ? JSON.stringify([before, after, loosens]) : path;
    alike.set(key, [...(alike.get(key) ?? []), change]);
  }
  return [...alike.values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined || list.length === 1) return list;
    const codes = foldCodes(list.map(({ path }) => path.slice(DESTINATION_PATH.length)));
    return [{ ...first, path: `${DESTINATION_PATH}${codes.length === 1 ? codes[0] : `{${codes.join(", ")}}`}` }];
  });
}

type Value = ComparisonView["changes"][number]["before"];

/** `{action: "block", channels: ["sms"]}` → `block (sms)`; anything else as JSON. */
function words(value: Value): string {
  if (typeof value === "string") return harmless(value);
  if (Array.isArray(value)) return value.map(words).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const { action, kind, channels, until, note, evenIfDestinationBlocked, ...rest } = value;
  const word = action ?? kind;
  const others = Object.keys(rest).filter((key) => key !== "prefix" && key !== "range");
  if (typeof word !== "string" || others.length > 0) return harmless(JSON.stringify(value));
  const details = [
    ...(channels === undefined ? [] : [words(channels)]),
    ...(typeof until === "number" ? [`until ${new Date(until).toISOString()}`] : []),
    ...(evenIfDestinationBlocked === true ? ["even if the destination is blocked"] : []),
    ...(typeof note === "string" ? [JSON.stringify(note)] : []),
  ];
  return harmless(details.length === 0 ? word : `${word} (${details.join("; ")})`);
}
