import type { NumberDialect } from "@safeguard/core";
import {
  type ColumnRole,
  EXPORT_FORMATS,
  type ExportFormat,
  TRAFFIC_COLUMNS,
  type TrafficColumn,
} from "./export-formats.ts";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

/** What kind of file it is, and what can be said of it from its header alone. */
export interface Recognition {
  readonly format: ExportFormat;
  /** How it writes recipient numbers. */
  readonly numbers: NumberDialect;
  /** The columns that are read: where they stand, from 0, and what the header calls them. */
  readonly columns: ReadonlyMap<ColumnRole, { readonly index: number; readonly name: string }>;
  /** Fields that each row has. */
  readonly width: number;
  readonly lacks: readonly Lack[];
  /** What is taken to be so because the file does not say, a sentence each. */
  readonly assumptions: readonly string[];
}

/** What the file cannot tell, as a sentence. */
export interface Lack {
  readonly of: "outcomes" | "deliveries" | "prices" | "end_users";
  readonly text: string;
}

/** Which column of the file is which of ours: `{ time: "SMS_DT", to: "DESTINATION" }`. */
export type ColumnMapping = Partial<Record<TrafficColumn, string>>;

/**
 * Recognises a file by the names in its header; of several formats the first that fits. A mapping goes before what a
 * format says. Throws {@link TrafficUnreadable} when there is no time or no recipient in it, or a name that counts stands
 * there twice.
 */
export function recogniseFormat(header: readonly string[], mapping: ColumnMapping = {}): Recognition {
  const names = header.map(plain);
  const mapped = new Map<ColumnRole, string>();
  for (const column of TRAFFIC_COLUMNS) {
    const name = mapping[column];
    if (name === undefined) continue;
    if (!names.includes(plain(name))) {
      const other = PAIR_WITHIN.exec(name)?.[1];
      if (other !== undefined) throw new TrafficUnreadable("column_unknown", unknownField(other));
      throw new TrafficUnreadable(
        "column_unknown",
        `the mapping reads ${column} from a column ${quoted(name)}; the header has ${list(header)}`,
      );
    }
    mapped.set(column, plain(name));
  }
  for (const format of EXPORT_FORMATS) {
    const found = new Map<ColumnRole, string>();
    for (const [role, spellings] of Object.entries(format.columns) as [ColumnRole, readonly string[]][]) {
      const name = mapped.get(role) ?? spellings.map(plain).find((spelling) => names.includes(spelling));
      if (name !== undefined) found.set(role, name);
    }
    for (const [role, name] of mapped) found.set(role, name);
    const fits = format.needs.every((role) => found.has(role));
    if (fits && format.oneOf.every((roles) => roles.some((role) => found.has(role)))) {
      // A column of another program: who writes numbers without a plus there means international ones.
      const numbers = mapped.has("to") ? "cm" : format.numbers;
      return { ...recognition(format, header, names, found), numbers };
    }
  }
  throw new TrafficUnreadable("column_missing", missing(header, names, mapped));
}

/** A pair that begins behind a comma, and with none of our columns: a name of the file may hold that, but hardly does. */
const PAIR_WITHIN = /,\s*(\w[\w .-]{0,39}?)\s*=/;

function unknownField(name: string): string {
  return (
    `the mapping names a field ${quoted(name)}, which does not exist. ` +
    "converted_at and delivered_at hold the times at which a code was entered and a message arrived; columns of yes and no cannot be read"
  );
}

function recognition(
  format: ExportFormat,
  header: readonly string[],
  names: readonly string[],
  found: ReadonlyMap<ColumnRole, string>,
): Omit<Recognition, "numbers"> {
  const columns = new Map<ColumnRole, { index: number; name: string }>();
  for (const [role, name] of found) {
    const index = names.indexOf(name);
    if (names.includes(name, index + 1)) {
      throw new TrafficUnreadable(
        "column_twice",
        `the header has ${quoted(header[index] ?? name)} twice, and it is not known which of them is meant; rename one of them`,
      );
    }
    columns.set(role, { index, name: header[index]?.trim() ?? name });
  }
  return { format, columns, width: header.length, lacks: lacking(columns), assumptions: assumed(format, columns) };
}

function lacking(columns: ReadonlyMap<ColumnRole, unknown>): readonly Lack[] {
  const lacks: Lack[] = [];
  if (!columns.has("converted_at") && !columns.has("conversion")) {
    const text = "It has no verification outcomes: nothing can be said of codes that were never entered.";
    lacks.push({ of: "outcomes", text });
  }
  if (!columns.has("delivered_at") && !columns.has("status")) {
    lacks.push({ of: "deliveries", text: "It has no delivery reports." });
  }
  if (!columns.has("price")) {
    lacks.push({ of: "prices", text: "The file has no prices: published list prices stand in for them." });
  }
  if (!columns.has("ip") && !columns.has("device")) {
    lacks.push({ of: "end_users", text: "The file has no addresses or devices of end users." });
  }
  return lacks;
}

function assumed(format: ExportFormat, columns: ReadonlyMap<ColumnRole, { readonly name: string }>): readonly string[] {
  const assumptions: string[] = [];
  if (!columns.has("purpose"))
    assumptions.push("Every message counts as a one-time passcode: no column tells its purpose.");
  if (format.timesAreUtc) assumptions.push("Times without an offset are read as UTC.");
  if (columns.has("status") && !columns.has("delivered_at")) {
    const when = columns.get("status_time");
    assumptions.push(
      when === undefined
        ? "A message with the status delivered counts as delivered at once: no column tells when."
        : `A message with the status delivered counts as delivered at ${when.name}.`,
    );
  }
  if (columns.has("conversion") && !columns.has("converted_at")) {
    const when = columns.get("updated");
    assumptions.push(
      when === undefined
        ? "A converted attempt counts as completed at once: no column tells when."
        : `A converted attempt counts as completed at ${when.name}, its last change.`,
    );
  }
  return assumptions;
}

function missing(header: readonly string[], names: readonly string[], mapped: ReadonlyMap<ColumnRole, string>): string {
  const wanted = (["time", "to"] as const).filter((column) => !mapped.has(column) && !names.includes(column));
  const titles = EXPORT_FORMATS.slice(1).map((format) => format.title);
  return (
    `no column ${wanted.map(quoted).join(" and no column ")}: the header has ${list(header)}. ` +
    `Name the columns time and to, give a mapping, or bring an export that is recognised (${titles.join(", ")})`
  );
}

function list(header: readonly string[]): string {
  const shown = header.slice(0, 20).map((name) => quoted(name.slice(0, 40)));
  return header.length > 20 ? `${shown.join(", ")} and ${header.length - 20} more` : shown.join(", ");
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

/** `Date Created`, `date_created` and `DateCreated` are the same name. */
function plain(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower.replaceAll(/[^a-z0-9]/g, "") || lower;
}
