/**
 * CM.com's `validity`, where it is a span such as `30m` or `2h`: milliseconds. Undefined: there is none, or it is written
 * as a time, which only CM.com itself reads.
 */
export function cmValidityMs(value: unknown): number | undefined {
  const span = typeof value === "string" ? /^(\d{1,4})([hm])$/i.exec(value.trim()) : null;
  if (span === null || Number(span[1]) === 0) return undefined;
  return Number(span[1]) * (span[2]?.toLowerCase() === "h" ? 3_600_000 : 60_000);
}

/** The same, as CM.com reads it: whole minutes, at least one. */
export function cmValidity(seconds: number): string {
  return `${Math.max(1, Math.ceil(seconds / 60))}m`;
}
