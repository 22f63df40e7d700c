import type { PolicyDocument } from "@safeguard/client";

/** What of an older revision can be brought back by itself, and the fields of a policy that each is. */
export const PARTS = {
  everything: undefined,
  destinations: ["listMode", "destinations"],
  ranges: ["ranges", "exceptions", "numberTypes"],
  limits: ["limits"],
  detection: ["detection"],
} as const satisfies Readonly<Record<string, readonly (keyof PolicyDocument)[] | undefined>>;
export type Part = keyof typeof PARTS;

/** The policy as it is, with one part of it as it was. What the part did not say is not said again. */
export function withPartOf(now: PolicyDocument, then: PolicyDocument, part: Part): PolicyDocument {
  const fields: readonly (keyof PolicyDocument)[] | undefined = PARTS[part];
  if (fields === undefined) return then;
  const isOfPart = ([name]: readonly [string, unknown]): boolean => fields.some((field) => field === name);
  return Object.fromEntries([
    ...Object.entries(now).filter((entry) => !isOfPart(entry)),
    ...Object.entries(then).filter(isOfPart),
  ]);
}
