import { canonicalText } from "./canonical-text.ts";
import { valueAfter } from "./digit-automaton.ts";
import type { E164 } from "./e164.ts";
import { withoutNationalPrefix } from "./national-prefix.ts";
import { PLAN, READINGS } from "./plan.ts";
import type { NumberReading, Reading } from "./reading.ts";
import type { NumberDialect, RecipientResult } from "./recipient.ts";
import { rejected } from "./rejection.ts";
import { internationalStart, readSpelling } from "./spelling.ts";

/**
 * Reads a recipient number as a dialect writes it. Any spelling of one number gives one canonical number, always `+` and
 * 7 to 15 digits: separators go, and so do national prefixes after the calling code (`+44 (0)7400 123456`,
 * `+54 11 15 2345 6789`), by the rules of libphonenumber. Never throws, and reads at most some forty characters.
 */
export function parseRecipient(text: string, dialect: NumberDialect): RecipientResult {
  const length = text.length;
  const first = internationalStart(text.charCodeAt(0), text.charCodeAt(1), dialect);
  if (first < 0 || length - first < LEAST_DIGITS || length - first > MOST_DIGITS) return parseSpelling(text, dialect);
  let state = START;
  for (let at = first; at < length; at += 1) {
    const digit = (text.charCodeAt(at) - ZERO) >>> 0;
    if (digit > 9) return parseSpelling(text, dialect);
    state = TARGETS[(state << 4) | digit] as number;
  }
  const reading = READINGS[VALUES[state] as number] as Reading;
  if (!reading.final) return parseSpelling(text, dialect);
  return accepted((first === 1 ? text : `+${text.slice(first)}`) as E164, reading);
}

/**
 * {@link parseRecipient} of the characters `bytes[start]` to `bytes[end - 1]`, in ASCII or UTF-8; a position is counted
 * from `start`. For text that is still bytes: no string is made but the canonical number.
 */
export function parseRecipientBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  dialect: NumberDialect,
): RecipientResult {
  const first = internationalStart(bytes[start] ?? 0, bytes[start + 1] ?? 0, dialect);
  const reading = first < 0 ? undefined : finalReading(bytes, start + first, end);
  if (reading === undefined) return parseSpelling(latin1(bytes, start, Math.min(end, start + MOST_READ)), dialect);
  return accepted(canonicalText(bytes, start + first, end), reading);
}

/**
 * What the plan says of a number that stands in `bytes` in canonical form, with nothing allocated: for scanning files.
 * Undefined: it is written in another way, or is no recipient number; {@link parseRecipientBytes} tells.
 */
export function readCanonicalBytes(bytes: Uint8Array, start: number, end: number): NumberReading | undefined {
  return bytes[start] === PLUS ? finalReading(bytes, start + 1, end) : undefined;
}

const PLUS = 0x2b;
const ZERO = 0x30;
const LEAST_DIGITS = 7;
const MOST_DIGITS = 15;
/** More than `readSpelling` looks at before it refuses. */
const MOST_READ = 64;

const START: number = PLAN.start;
const TARGETS: Uint16Array = PLAN.targets;
const VALUES: Uint16Array = PLAN.values;

/** The reading of the digits from `start` to `end`, where they are a number as they stand. */
function finalReading(bytes: Uint8Array, start: number, end: number): Reading | undefined {
  if (start < 0 || end > bytes.length || end - start < LEAST_DIGITS || end - start > MOST_DIGITS) return undefined;
  let state = START;
  for (let at = start; at < end; at += 1) {
    const digit = ((bytes[at] as number) - ZERO) >>> 0;
    if (digit > 9) return undefined;
    state = TARGETS[(state << 4) | digit] as number;
  }
  const reading = READINGS[VALUES[state] as number] as Reading;
  return reading.final ? reading : undefined;
}

function accepted(e164: E164, reading: Reading): RecipientResult {
  return {
    ok: true,
    recipient: { e164, candidates: reading.candidates, twin: reading.twin, type: reading.type, valid: reading.valid },
  };
}

function parseSpelling(text: string, dialect: NumberDialect): RecipientResult {
  const spelling = readSpelling(text, dialect);
  return typeof spelling === "string" ? parseDigits(spelling) : spelling;
}

/** The digits of an international number, perhaps with a national prefix after the calling code. */
function parseDigits(digits: string): RecipientResult {
  const asWritten = readingOf(digits);
  if (asWritten.final) return result(digits, asWritten);
  const stripped = strippedOnce(digits, asWritten);
  if (stripped === undefined) return result(digits, asWritten);
  const reading = readingOf(stripped);
  // Two prefixes in a row: what is left would be read as yet another number, and nobody can tell which was meant.
  if (reading.maybeRespelled && strippedOnce(stripped, reading) !== undefined) return rejected("number_impossible");
  return result(stripped, reading);
}

/** `digits` without its national prefix, where libphonenumber takes one off; undefined where they stay as they are. */
function strippedOnce(digits: string, asWritten: Reading): string | undefined {
  const stripped = withoutNationalPrefix(digits);
  if (stripped === undefined) return undefined;
  const reading = readingOf(stripped);
  // A first digit that only looks like a prefix stays. Beyond 15 digits only what is surely a prefix goes.
  const general = asWritten.inGeneralPattern || digits.length > MOST_DIGITS;
  if (general && !reading.inGeneralPattern) return undefined;
  return reading.rejected === undefined || reading.longEnough ? stripped : undefined;
}

function readingOf(digits: string): Reading {
  const value = digits.length > MOST_DIGITS ? 0 : valueAfter(PLAN, digits);
  return READINGS[value] as Reading;
}

function result(digits: string, reading: Reading): RecipientResult {
  return reading.rejected ?? accepted(`+${digits}` as E164, reading);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
