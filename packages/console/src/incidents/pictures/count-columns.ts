import type { IncidentEvidence } from "@safeguard/client";
import type { NumberWindow } from "./number-window.ts";

export const MARKS = ["leaked", "converted", "verified", "stopped"] as const;
export type MarkCounts = Readonly<Record<(typeof MARKS)[number], number>>;

/** Attempts per column of a window, by what became of them. */
export function countColumns(
  ticks: IncidentEvidence["line"]["ticks"],
  { start, size }: NumberWindow,
  each: number,
): readonly MarkCounts[] {
  const columns = Array.from({ length: Math.ceil(size / each) }, () => ({
    leaked: 0,
    converted: 0,
    verified: 0,
    stopped: 0,
  }));
  for (const { offset, mark } of ticks) {
    const column = columns[Math.floor((offset - start) / each)];
    if (column !== undefined) column[mark]++;
  }
  return columns;
}

export function sumOf(counts: MarkCounts): number {
  return counts.leaked + counts.converted + counts.verified + counts.stopped;
}

/** How many were just beside the window, on each side in as many columns of the same width. */
export function countBeside(
  offsets: readonly number[],
  { start, size }: NumberWindow,
  each: number,
  columns: number,
): { readonly below: readonly number[]; readonly above: readonly number[] } {
  const below = new Array<number>(columns).fill(0);
  const above = new Array<number>(columns).fill(0);
  for (const offset of offsets) {
    const side = offset < start ? below : offset >= start + size ? above : undefined;
    if (side === undefined) continue;
    // (both begin at the side of the window)
    const column = side === below ? Math.ceil((start - offset) / each) - 1 : Math.floor((offset - start - size) / each);
    const count = side[column];
    if (count !== undefined) side[column] = count + 1;
  }
  return { below: below.reverse(), above };
}
