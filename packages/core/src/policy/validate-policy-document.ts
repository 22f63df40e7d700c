import { isDestination } from "../numbering/destinations.ts";
import { NUMBER_TYPES } from "../numbering/recipient.ts";
import { TWINS } from "../numbering/twins.ts";
import { DocumentCheck, type PolicyProblem, pathTo, read, shown } from "./document-check.ts";
import {
  DESTINATION_ACTIONS,
  type DestinationRule,
  LIST_MODES,
  POLICY_FIELDS,
  type PolicyDocument,
  type PolicyException,
  type RangeRule,
} from "./policy-document.ts";
import { readDetection } from "./read-detection.ts";
import { readLimits } from "./read-limits.ts";

export type PolicyValidation =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Range rules and exceptions together. */
export const MOST_RULES = 200_000;

/** A trusted range has at most this many free digits: 1,000 numbers. */
const TRUSTED_FREE_DIGITS = 3;
const BARRED_FREE_DIGITS = 5;

const RANGE_PREFIX = { pattern: /^\+[1-9]\d{0,14}$/, right: "+ and 1 to 15 digits, such as +31612" };
const EXCEPTION_RANGE = {
  pattern: /^\+(?=.{7,15}$)[1-9]\d*x*$/,
  right: "a whole number, or + and digits and then x for each free digit, such as +31612345678 or +316123456xx",
};

/** Limits are in no need of a lock: those of every account above hold anyway. */
const DOCUMENT_FIELDS = [...POLICY_FIELDS, "limits", "locked"] as const;
const EXCEPTION_KINDS = ["trusted", "barred"] as const;
/** Codes that people write and ISO 3166-1 does not have. */
const USUAL_SLIPS: ReadonlyMap<string, string> = new Map([
  ["UK", "GB"],
  ["EL", "GR"],
]);

/**
 * Checks a document that came from outside (JSON values) and gives it back in its canonical form, `until` in milliseconds;
 * or everything that is wrong with it. Strict: what is not understood is refused, never ignored.
 */
export function validatePolicyDocument(value: unknown): PolicyValidation {
  const check = new DocumentCheck();
  const given = check.record(value, "", DOCUMENT_FIELDS) ?? {};
  const document: PolicyDocument = {
    ...read("listMode", given, (listMode, field) => check.oneOf(listMode, field, LIST_MODES)),
    ...read("destinations", given, (destinations, field) => readDestinations(check, destinations, field)),
    ...read("numberTypes", given, (numberTypes, field) => readNumberTypes(check, numberTypes, field)),
    ...read("ranges", given, (ranges, field) => readRanges(check, ranges, field)),
    ...read("exceptions", given, (exceptions, field) => readExceptions(check, exceptions, field)),
    ...read("channels", given, (channels, field) => check.channels(channels, field)),
    ...read("detection", given, (detection, field) => readDetection(check, detection, field)),
    ...read("limits", given, (limits, field) => readLimits(check, limits, field)),
    ...read("locked", given, (locked, field) => (isEmpty(locked) ? [] : check.set(locked, field, POLICY_FIELDS))),
  };
  const rules = (document.ranges?.length ?? 0) + (document.exceptions?.length ?? 0);
  if (rules > MOST_RULES)
    check.report("", `has ${rules} range rules and exceptions; at most ${MOST_RULES} are allowed`);
  if (document.listMode === "allow_all") refuseBlocks(check, document);
  return check.problems.length === 0 ? { ok: true, document } : { ok: false, problems: check.problems };
}

function readDestinations(check: DocumentCheck, value: unknown, field: string): Record<string, DestinationRule> {
  const rules: [string, DestinationRule][] = [];
  for (const [code, rule] of Object.entries(check.map(value, field) ?? {})) {
    const path = pathTo(field, code);
    const problem = destinationProblem(code);
    if (problem !== undefined) check.report(path, problem);
    const given = check.record(rule, path, ["action", "channels"]);
    if (given === undefined) continue;
    const { action: word } = given;
    const action = check.oneOf(word, `${path}.action`, DESTINATION_ACTIONS);
    const channels = read("channels", given, (list, at) => check.channels(list, at), `${path}.channels`);
    if (action !== undefined) rules.push([code, { action, ...channels }]);
  }
  return Object.fromEntries(rules);
}

function destinationProblem(code: string): string | undefined {
  if (isDestination(code)) return undefined;
  const capitals = code.length === 2 ? code.toUpperCase() : code;
  const main = Object.hasOwn(TWINS, capitals) ? TWINS[capitals] : undefined;
  if (main !== undefined) return `${capitals} follows ${main}; write ${main}`;
  if (isDestination(capitals)) return `destinations are in capitals; write ${capitals}`;
  const meant = USUAL_SLIPS.get(capitals);
  if (meant !== undefined) return `${capitals} is no destination; write ${meant}`;
  return `${shown(code)} is no destination; write an ISO 3166-1 code such as NL, XK, AC, TA, or a non-geographic code such as 881`;
}

function readNumberTypes(check: DocumentCheck, value: unknown, field: string): PolicyDocument["numberTypes"] {
  const given = check.record(value, field, NUMBER_TYPES) ?? {};
  const said = NUMBER_TYPES.filter((numberType) => Object.hasOwn(given, numberType)).flatMap((numberType) => {
    const word = check.oneOf(given[numberType], pathTo(field, numberType), ["block", "allow"] as const);
    return word === undefined ? [] : [[numberType, word] as const];
  });
  return Object.fromEntries(said);
}

function readRanges(check: DocumentCheck, value: unknown, field: string): readonly RangeRule[] {
  const rules: RangeRule[] = [];
  const seen = new Map<string, string>();
  for (const [index, item] of (check.list(value, field) ?? []).entries()) {
    const path = `${field}[${index}]`;
    const given = check.record(item, path, ["prefix", "action", "channels", "until", "note"]);
    if (given === undefined) continue;
    const { prefix: digits, action: word } = given;
    const prefix = readDigits(check, digits, `${path}.prefix`, RANGE_PREFIX);
    const action = check.oneOf(word, `${path}.action`, DESTINATION_ACTIONS);
    if (prefix === undefined || action === undefined) continue;
    const rule: RangeRule = { prefix, action, ...readScope(check, given, path) };
    refuseTwice(check, seen, path, prefix, rule);
    rules.push(rule);
  }
  return rules;
}

function readExceptions(check: DocumentCheck, value: unknown, field: string): readonly PolicyException[] {
  const exceptions: PolicyException[] = [];
  const seen = new Map<string, string>();
  for (const [index, item] of (check.list(value, field) ?? []).entries()) {
    const path = `${field}[${index}]`;
    const known = ["range", "kind", "until", "evenIfDestinationBlocked", "channels", "note"];
    const given = check.record(item, path, known);
    if (given === undefined) continue;
    const { range: digits, kind: word } = given;
    const range = readDigits(check, digits, `${path}.range`, EXCEPTION_RANGE);
    const kind = check.oneOf(word, `${path}.kind`, EXCEPTION_KINDS);
    if (range === undefined || kind === undefined) continue;
    const exception: PolicyException = {
      range,
      kind,
      ...readScope(check, given, path),
      ...read(
        "evenIfDestinationBlocked",
        given,
        (even, at) => check.flag(even, at),
        `${path}.evenIfDestinationBlocked`,
      ),
    };
    checkException(check, exception, path);
    refuseTwice(check, seen, path, `${kind} ${range}`, exception);
    exceptions.push(exception);
  }
  return exceptions;
}

function checkException(check: DocumentCheck, exception: PolicyException, path: string): void {
  const free = exception.range.split("x").length - 1;
  if (exception.kind === "barred") {
    if (free > BARRED_FREE_DIGITS) {
      check.report(
        `${path}.range`,
        `has ${free} x; at most ${BARRED_FREE_DIGITS} are allowed; write a range rule for more`,
      );
    }
    if (exception.evenIfDestinationBlocked !== undefined) {
      check.report(
        `${path}.evenIfDestinationBlocked`,
        "is only for trusted; a barred number is blocked wherever it is",
      );
    }
    return;
  }
  if (free > TRUSTED_FREE_DIGITS) {
    check.report(
      `${path}.range`,
      `a trusted range has at most 1,000 numbers (${TRUSTED_FREE_DIGITS} x); this has ${free} x`,
    );
  }
  if (free > 0 && exception.until === undefined) {
    check.report(
      `${path}.until`,
      "is missing; a trusted range of more than one number needs an end, such as 2026-12-31T23:00:00Z",
    );
  }
}

function readDigits(
  check: DocumentCheck,
  value: unknown,
  field: string,
  shape: { readonly pattern: RegExp; readonly right: string },
): string | undefined {
  if (typeof value === "string" && shape.pattern.test(value)) return value;
  return check.report(
    field,
    value === undefined ? `is missing; write ${shape.right}` : `${shown(value)} must be ${shape.right}`,
  );
}

/** What range rules and exceptions have in common. */
function readScope(
  check: DocumentCheck,
  given: Readonly<Record<string, unknown>>,
  path: string,
): Pick<RangeRule, "channels" | "until" | "note"> {
  return {
    ...read("channels", given, (channels, field) => check.channels(channels, field), `${path}.channels`),
    ...read("until", given, (until, field) => check.instant(until, field), `${path}.until`),
    ...read("note", given, (note, field) => check.note(note, field), `${path}.note`),
  };
}

/** Two rules for the same numbers and channels: whichever was meant, the other is a mistake. */
function refuseTwice(
  check: DocumentCheck,
  seen: Map<string, string>,
  path: string,
  subject: string,
  rule: Pick<RangeRule, "channels">,
): void {
  const key = [subject, ...(rule.channels ?? []).toSorted()].join(" ");
  const earlier = seen.get(key);
  if (earlier === undefined) seen.set(key, path);
  else check.report(path, `${subject} stands at ${earlier} already, for the same channels; keep one of them`);
}

function refuseBlocks(check: DocumentCheck, document: PolicyDocument): void {
  for (const [code, rule] of Object.entries(document.destinations ?? {})) {
    if (rule.action !== "block") continue;
    check.report(
      `destinations.${code}.action`,
      "blocks under the list mode allow_all, which has no blocked destination; use block_list",
    );
  }
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
