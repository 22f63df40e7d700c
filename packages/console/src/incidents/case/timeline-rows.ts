import type { IncidentEntry } from "@safeguard/client";

/** What one act, or detection at one moment, did. */
export interface TimelineRow {
  readonly at: string;
  /** What it came to: to close releases what is contained first. */
  readonly type: string;
  readonly act: IncidentEntry["act"];
  readonly ranges: readonly string[];
}

const JUDGEMENTS: ReadonlySet<string> = new Set(["closed", "false_alarm"]);

/** One row per act, however many ranges it reached; the latest first. */
export function timelineRows(timeline: readonly IncidentEntry[]): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  for (const { at, type, range, act } of timeline) {
    const ranges = range === null ? [] : [range];
    const last = rows.at(-1);
    const isSame =
      last?.at === at &&
      sameAct(last.act, act) &&
      (last.type === type || (last.type === "released" && JUDGEMENTS.has(type)));
    if (last !== undefined && isSame) rows[rows.length - 1] = { at, type, act, ranges: [...last.ranges, ...ranges] };
    else rows.push({ at, type, act, ranges });
  }
  return rows.reverse();
}

/** How long a row contains, to the whole hour where it is long; undefined: no person set an end. */
export function spanOf({
  at,
  act,
}: TimelineRow): { readonly unit: "day" | "hour" | "minute"; readonly value: number } | undefined {
  if (act === null || act.until === null) return undefined;
  const minutes = Math.max(1, Math.round((Date.parse(act.until) - Date.parse(at)) / 60_000));
  if (minutes < 60) return { unit: "minute", value: minutes };
  const hours = Math.round(minutes / 60);
  return hours > 48 && hours % 24 === 0 ? { unit: "day", value: hours / 24 } : { unit: "hour", value: hours };
}

function sameAct(one: IncidentEntry["act"], other: IncidentEntry["act"]): boolean {
  if (one === null || other === null) return one === other;
  return one.reason === other.reason && one.who?.name === other.who?.name && one.who?.person === other.who?.person;
}
