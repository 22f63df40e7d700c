import type { NumberDialect, RejectedRecipient } from "./recipient.ts";
import { rejected, rejectedAt } from "./rejection.ts";

/** Dialects that write the exit code `00` before an international number. */
const WITH_EXIT_CODE: readonly NumberDialect[] = ["native", "csv", "cm"];
/** Dialects where digits alone are an international number. */
const WITHOUT_PLUS: readonly NumberDialect[] = ["twilio", "cm", "smpp"];

/**
 * Where the digits of an international number begin, by the first two characters (UTF-16 units or ASCII bytes), or -1:
 * the dialect does not write it so.
 */
export function internationalStart(first: number, second: number, dialect: NumberDialect): number {
  if (first === PLUS) return 1;
  if (first === ZERO) return second === ZERO && WITH_EXIT_CODE.includes(dialect) ? 2 : -1;
  return WITHOUT_PLUS.includes(dialect) ? 0 : -1;
}

/**
 * The digits of an international number as `text` spells it, calling code first; or why it spells none. Separators
 * (space `(` `)` `-` `.` `/`) may stand between digits, at most three together and twelve in all, and spaces around.
 */
export function readSpelling(text: string, dialect: NumberDialect): string | RejectedRecipient {
  let digits = "";
  let plus = false;
  let separators = 0;
  let together = 0;
  let inside = 0;
  let lastDigit = -1;
  let opened = -1;
  let dangling = -1;
  let dot = -1;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= ZERO && unit <= NINE) {
      if (digits.length === MOST_WRITTEN) return rejected("number_too_long");
      if (digits !== "") inside += together;
      digits += text.charAt(at);
      together = 0;
      dangling = -1;
      lastDigit = at;
      continue;
    }
    if (unit === PLUS && !plus && digits === "") {
      plus = true;
      continue;
    }
    if (unit !== SPACE && !(digits !== "" && isMark(unit))) {
      const extension = digits.length >= LEAST_DIGITS && EXTENSION.test(text.slice(at, at + 8));
      return rejectedAt(extension ? "number_extension" : "number_character", at);
    }
    separators += 1;
    if (digits !== "") together += 1;
    if (separators > MOST_SEPARATORS || together > MOST_TOGETHER) return rejectedAt("number_character", at);
    if (unit === CLOSE) {
      if (opened < 0) return rejectedAt("number_character", at);
      opened = -1;
    } else if (unit !== SPACE) {
      if (unit === OPEN && opened >= 0) return rejectedAt("number_character", at);
      if (unit === OPEN) opened = at;
      if (unit === DOT) dot = at;
      dangling = at;
    }
  }
  if (opened >= 0) return rejectedAt("number_character", opened);
  if (dangling >= 0) return rejectedAt("number_character", dangling);
  // 491701234567.0 is how spreadsheets write 491701234567; as digits alone it would be somebody else's number.
  if (inside === 1 && dot >= 0 && lastDigit - dot <= 2) return rejectedAt("number_character", dot);
  if (digits === "") return rejected("number_missing");
  const start = plus ? 0 : internationalStart(digits.charCodeAt(0), digits.charCodeAt(1), dialect);
  return start < 0 ? rejected("number_not_international") : digits.slice(start);
}

const PLUS = 0x2b;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const DOT = 0x2e;
const HYPHEN = 0x2d;
const SLASH = 0x2f;

/** The exit code, 15 digits, and room for a national prefix and carrier code. */
const MOST_WRITTEN = 22;
const LEAST_DIGITS = 7;
const MOST_SEPARATORS = 12;
const MOST_TOGETHER = 3;

/** How an extension begins after a number: `x9`, `#9`, `,9`, `ext 9`, `extn. 9`, `;ext=9`. */
const EXTENSION = /^(?:;ext=|ext(?:n\.?|\.|:)?|[x#,]) ?\d/i;

function isMark(unit: number): boolean {
  return unit === OPEN || unit === CLOSE || unit === HYPHEN || unit === DOT || unit === SLASH;
}
