import { parseRecipient } from "@safeguard/core";
import type { ImportedNumber } from "../../store/journal-record.ts";
import { DEFAULT_RETENTION } from "../../store/retention.ts";
import { usageDestination } from "../../store/usage-contribution.ts";

/** A verified number as an account writes it. Times: ISO 8601 (a day, or a time with its offset), or epoch seconds or milliseconds. */
export interface VerifiedEntry {
  readonly to: string;
  /** First completed verification. Default: two days before the import, so that the number is trusted at once. */
  readonly verifiedAt?: string;
  /** Latest one. Default: `verifiedAt`. */
  readonly lastVerifiedAt?: string;
}

export type VerifiedEntryResult =
  | { readonly ok: true; readonly number: ImportedNumber }
  | { readonly ok: false; readonly field: keyof VerifiedEntry; readonly message: string };

const DAY_MS = 86_400_000;
/** Trusted is who was verified more than 24 hours ago, and days are all that is kept. */
const TRUSTED_AFTER_DAYS = 2;
const KEPT_DAYS = DEFAULT_RETENTION.verified / DAY_MS;

export function readVerifiedEntry(entry: VerifiedEntry, now: number): VerifiedEntryResult {
  const parsed = parseRecipient(entry.to, "csv");
  if (!parsed.ok) return wrong("to", "must be a number in international form, such as +31612345678");
  const today = Math.floor(now / DAY_MS);
  const first = entry.verifiedAt === undefined ? today - TRUSTED_AFTER_DAYS : dayOf(entry.verifiedAt);
  if (first === undefined) return wrong("verifiedAt", NO_TIME);
  const last = entry.lastVerifiedAt === undefined ? first : dayOf(entry.lastVerifiedAt);
  if (last === undefined) return wrong("lastVerifiedAt", NO_TIME);
  const latest = entry.lastVerifiedAt === undefined ? "verifiedAt" : "lastVerifiedAt";
  if (first > today) return wrong("verifiedAt", "must not be in the future");
  if (last > today) return wrong("lastVerifiedAt", "must not be in the future");
  if (last < first) return wrong("lastVerifiedAt", "must not be before `verifiedAt`");
  if (last < today - KEPT_DAYS)
    return wrong(latest, `must be within the last ${KEPT_DAYS} days: verified numbers expire`);
  const { e164, candidates } = parsed.recipient;
  return { ok: true, number: { to: e164, destination: usageDestination(candidates), firstDay: first, lastDay: last } };
}

/** `2026-11-22` of a day counted from 1970-01-01 UTC. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

const NO_TIME = "must be a time such as 2026-11-22 or 2026-11-22T12:00:00Z";
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?$/;

/** Undefined: no time. */
function dayOf(text: string): number | undefined {
  const written = text.trim();
  const time = /^\d{9,10}$/.test(written)
    ? Number(written) * 1000
    : /^\d{12,13}$/.test(written)
      ? Number(written)
      : ISO.test(written)
        ? Date.parse(written)
        : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.floor(time / DAY_MS);
}

function wrong(field: keyof VerifiedEntry, message: string): VerifiedEntryResult {
  return { ok: false, field, message };
}
