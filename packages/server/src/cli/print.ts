import Table from "cli-table3";
import type { GlobalFlags } from "./cli.ts";
import { harmless, type Terminal, tinted } from "./terminal.ts";

/** Writes an answer: as JSON when asked for, else as `human` writes it. */
export function answer<T>(terminal: Terminal, flags: GlobalFlags, value: T, human: (value: T) => string): void {
  const text = flags.json === true ? JSON.stringify(value, null, 2) : human(value);
  terminal.output.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** A word to the person, beside the answer. */
export function say(terminal: Terminal, text: string): void {
  terminal.errors.write(`${text}\n`);
}

/** Columns without lines between them, so that other programs can cut them, too. */
export function table(
  terminal: Terminal,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const lines = new Table({
    head: columns.map((column) => tinted(terminal, "bold", column)),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    colAligns: columns.map((_, index) => (rows.every((row) => typeof row[index] === "number") ? "right" : "left")),
    chars: NO_LINES,
  });
  for (const row of rows) lines.push(row.map((cell) => harmless(String(cell))));
  return lines
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const NO_LINES = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((place) => [place, ""]),
);

/** `2026-11-22 13:04:05 UTC`. */
export function instant(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
