import type { PolicyDocument } from "@safeguard/core";

/**
 * What of a policy can be rolled out. Ranges and exceptions name people's numbers, and limits are in an account's own
 * currency: those stay each account's own.
 */
export const BASELINE_PARTS = ["destinations", "number_types", "detection"] as const;
export type BaselinePart = (typeof BASELINE_PARTS)[number];

const FIELDS = {
  destinations: ["listMode", "destinations"],
  number_types: ["numberTypes"],
  detection: ["detection"],
} as const satisfies Readonly<Record<BaselinePart, readonly (keyof PolicyDocument)[]>>;

/** What the document says in these parts. */
export function baselineOf(document: PolicyDocument, parts: readonly BaselinePart[]): PolicyDocument {
  return picked(document, new Set<string>(parts.flatMap((part) => FIELDS[part])), true);
}

/** The document with these parts as the baseline has them; the same one where that changes nothing. */
export function withBaseline(
  document: PolicyDocument,
  baseline: PolicyDocument,
  parts: readonly BaselinePart[],
): PolicyDocument {
  const fields = new Set<string>(parts.flatMap((part) => FIELDS[part]));
  if (canonical(picked(document, fields, true)) === canonical(baseline)) return document;
  return { ...picked(document, fields, false), ...baseline };
}

function picked(document: PolicyDocument, fields: ReadonlySet<string>, inside: boolean): PolicyDocument {
  return Object.fromEntries(Object.entries(document).filter(([field]) => fields.has(field) === inside));
}

/** JSON with the names of objects in order: two that say the same are the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
