import type { Verdict } from "./verdict.ts";

/** Do two verdicts say the same, down to their findings? One may have been read back from the record. */
export function sameVerdict(a: Verdict, b: Verdict): boolean {
  return isSame(a, b);
}

/** Equality of JSON values; an undefined field is an absent one, and the order of fields does not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  // No copies or lists of names: this runs for every decision.
  for (const name in a) if (!isSame(a[name], b[name])) return false;
  for (const name in b) if (b[name] !== undefined && !Object.hasOwn(a, name)) return false;
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
