import type { TrafficLook } from "./backtest-types.ts";

/** What a column may tell, in the order in which it is asked for; the first two must be there. */
export const MAPPED = [
  "time",
  "to",
  "converted_at",
  "delivered_at",
  "price",
  "currency",
  "purpose",
  "from",
  "ip",
  "device",
  "account",
  "id",
] as const;
export type Mapped = (typeof MAPPED)[number];

export type ColumnChoice = Partial<Readonly<Record<Mapped, string>>>;

/** The choice to begin with, where the header is not recognised as it is. */
export function proposedChoice({ proposed }: Pick<TrafficLook, "proposed">): ColumnChoice {
  return Object.fromEntries(
    MAPPED.flatMap((column) => {
      const name = proposed[column];
      return name === undefined ? [] : [[column, name]];
    }),
  );
}

/** Nothing of the file needs an answer: it can be run as it is. */
export function isWhollyRecognised({ format, problems }: Pick<TrafficLook, "format" | "problems">): boolean {
  return format !== null && problems.every(({ dropped }) => !dropped);
}

/** Times name no offset, and none is assumed. */
export function needsOffset({ problems }: Pick<TrafficLook, "problems">): boolean {
  return problems.some(({ problem }) => problem === "time_without_offset");
}

/**
 * Why a run would tell nothing: it is not known which column is which, no time says where it is, or no row can be read for
 * another reason. Undefined: it can be run.
 */
export function whyNotYet(
  look: Pick<TrafficLook, "format" | "problems" | "looked" | "whole" | "skipped" | "rows">,
): "columns" | "offset" | "rows" | undefined {
  const { format, problems, looked, whole, skipped, rows } = look;
  if (format === null) return "columns";
  const dropped = problems.reduce((sum, problem) => sum + (problem.dropped ? problem.count : 0), 0);
  const left = looked - dropped - skipped.inbound - skipped.other_channel;
  // (behind the first rows of a long file there may be others than received messages, but hardly readable ones)
  if (looked > 0 && left <= 0 && (dropped > 0 || whole)) return needsOffset(look) ? "offset" : "rows";
  const allShown = whole && rows.length > 0 && rows.length === left;
  return allShown && rows.every(({ rejected }) => rejected !== null) ? "rows" : undefined;
}

export function withColumn(choice: ColumnChoice, column: Mapped, name: string | null): ColumnChoice {
  const { [column]: _, ...others } = choice;
  return name === null ? others : { ...others, [column]: name };
}

/** `+02:00` for 120. */
export function offsetText(minutes: number): string {
  const east = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(east / 60))}:${two(east % 60)}`;
}

/** Those that people live by, in minutes east of UTC. */
export const OFFSETS: readonly number[] = [
  -600, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 0, 60, 120, 180, 210, 240, 270, 300, 330, 345, 360,
  390, 420, 480, 540, 570, 600, 660, 720, 780,
];
