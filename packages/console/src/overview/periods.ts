const DAY_MS = 86_400_000;

export interface Period {
  /** First and last day, included, such as `2026-11-22`. */
  readonly from: string;
  readonly until: string;
}

/** The last `days` days in UTC, today included, and as many before. */
export function periods(days: number, now: number): { readonly current: Period; readonly previous: Period } {
  const day = (back: number): string => new Date(now - back * DAY_MS).toISOString().slice(0, 10);
  return {
    current: { from: day(days - 1), until: day(0) },
    previous: { from: day(2 * days - 1), until: day(days) },
  };
}

export function isWithin({ from, until }: Period, at: string): boolean {
  const day = at.slice(0, 10);
  return day >= from && day <= until;
}
