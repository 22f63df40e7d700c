import { z } from "zod";
import type { Problem } from "./service-error.ts";

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** What a failed zod check says of one issue, as far as it is read here. */
export interface ValidationIssue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** `unrecognized_keys`. */
  readonly keys?: readonly string[];
  /** `invalid_union`: what each form found wrong. */
  readonly errors?: readonly (readonly ValidationIssue[])[];
}

// One language for all that zod refuses, wherever in the product: messages that a schema gives itself come first.
z.config({ customError: inPlainWords });

/** Every issue as a problem with the field that it is about: an unknown field under its own name, and none twice. */
export function problemsOf(issues: readonly ValidationIssue[]): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const issue of issues.flatMap((each) => atomsOf(each, []))) {
    const field = issue.path.map(String).join(".");
    if (!problems.has(field)) problems.set(field, { field, message: issue.message });
  }
  return [...problems.values()];
}

/** The issue itself; for several unknown fields one each; for a union what is wrong with the form that was meant. */
function atomsOf(issue: ValidationIssue, above: readonly PropertyKey[]): readonly ValidationIssue[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys" && issue.keys !== undefined) {
    return issue.keys.map((key) => ({ path: [...path, key], message: issue.message }));
  }
  if (issue.code === "invalid_union" && issue.errors !== undefined) {
    // A form that fails as a whole (another type, another value) was not meant; of the others, the nearest.
    const meant = issue.errors
      .filter((errors) => errors.every((error) => error.path.length > 0 || error.code === "unrecognized_keys"))
      .toSorted((one, other) => one.length - other.length);
    if (meant[0] !== undefined) return meant[0].flatMap((error) => atomsOf(error, path));
  }
  return [{ ...issue, path }];
}

/** What is wrong, and what is right, as the rest of a sentence that begins with the field. */
function inPlainWords(issue: RawIssue): string | undefined {
  const wanted = wantedBy(issue);
  if (issue.input === undefined && wanted !== undefined) return `is missing; give ${wanted}`;
  switch (issue.code) {
    case "invalid_type":
    case "invalid_value":
      return wanted === undefined ? undefined : `must be ${wanted}, and is ${shownAgainst(wanted, issue.input)}`;
    case "unrecognized_keys":
      return unknownField(issue.keys, knownFields(issue.inst));
    case "too_small": {
      const { minimum, inclusive, exact } = issue;
      if (exact === true) return `must have exactly ${sizeIn(issue.origin, minimum)}`;
      if (isSized(issue.origin)) {
        return Number(minimum) === 1 ? "must not be empty" : `must have at least ${sizeIn(issue.origin, minimum)}`;
      }
      return `must be ${inclusive === false ? "more than" : "at least"} ${minimum}`;
    }
    case "too_big": {
      const { maximum, inclusive, exact } = issue;
      if (exact === true) return `must have exactly ${sizeIn(issue.origin, maximum)}`;
      if (isSized(issue.origin)) return `must have at most ${sizeIn(issue.origin, maximum)}`;
      return `must be ${inclusive === false ? "less than" : "at most"} ${maximum}`;
    }
    case "invalid_format":
      return `must be ${FORMATS[issue.format] ?? `written as ${issue.pattern ?? `a valid ${issue.format}`}`}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return `has none of the forms that it can have, and is ${shown(issue.input)}`;
    case "invalid_key":
      return "is no name that can stand here";
    case "invalid_element":
      return "holds an entry that cannot stand here";
    default:
      return "is not valid";
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: "a time such as 2026-11-22T00:00:00Z",
  date: "a day such as 2026-11-22",
  url: "a URL such as https://example.com/path",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "a CIDR block such as 192.0.2.0/24",
  cidrv6: "a CIDR block such as 2001:db8::/32",
  uuid: "a UUID",
  safeint: "a whole number",
};

/** Undefined: the issue is about something other than type or value. */
function wantedBy(issue: RawIssue): string | undefined {
  if (issue.code === "invalid_type") return TYPES[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code !== "invalid_value") return undefined;
  const values = issue.values.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value)));
  return values.length === 1 ? values[0] : `one of ${values.join(", ")}`;
}

/** A number where another number is wanted is told itself, elsewhere its type. */
function shownAgainst(wanted: string, input: unknown): string {
  return typeof input === "number" && wanted !== "a whole number" ? "a number" : shown(input);
}

/** What was sent: its type, and short texts as they are. */
function shown(input: unknown): string {
  if (typeof input === "string") return input.length <= 40 ? JSON.stringify(input) : "another text";
  if (input === undefined) return "missing";
  if (input === null || typeof input === "boolean" || typeof input === "number") return String(input);
  return Array.isArray(input) ? "a list" : "an object";
}

function isSized(origin: string): boolean {
  return origin === "string" || origin === "array" || origin === "set" || origin === "map";
}

function sizeIn(origin: string, size: number | bigint): string {
  if (origin === "string") return `${size} ${Number(size) === 1 ? "character" : "characters"}`;
  return `${size} ${Number(size) === 1 ? "entry" : "entries"}`;
}

function knownFields(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** `is no field here`, with the nearest known names and all of them. */
function unknownField(unknown: readonly string[], known: readonly string[]): string {
  if (known.length === 0) return "is no field here";
  const nearest = [...new Set(unknown.flatMap((name) => nearestTo(name, known) ?? []))];
  const meant = nearest.length === 0 ? "" : `; did you mean ${nearest.join(" or ")}?`;
  return `is no field here; known are ${known.join(", ")}${meant}`;
}

/** The known name that is at most two letters away (and less than half of it), letters' case aside. */
function nearestTo(name: string, known: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let least = 3;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance * 2 < candidate.length) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Letters to put in, take out or change (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
