import type { Verdict } from "./verdict.ts";

/** Do two verdicts say the same, down to their findings? One may have been read back from the record. */
export function sameVerdict(a: Verdict, b: Verdict): boolean {
  return isSame(a, b);
}

/** Equality of JSON values; an undefined field is an absent one, and the order of fields does not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left: Readonly<Record<string, unknown>> = { ...a };
  const right: Readonly<Record<string, unknown>> = { ...b };
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSame(left[key], right[key]));
}
