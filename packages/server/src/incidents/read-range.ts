import { parseRecipient, type Scope } from "@safeguard/core";

export type BlockScope = Extract<Scope, { readonly type: "block" }>;

export type RangeResult =
  | { readonly ok: true; readonly scope: BlockScope }
  | { readonly ok: false; readonly message: string };

/** A containment has 100 to 100,000 numbers. */
const OPEN_DIGITS = [2, 3, 4, 5] as const;
/** Completions that are tried: somewhere in a range that is in use one of them is a number. */
const FILLERS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/**
 * A range as a person writes it: `+99200123xxxx` with an `x` for each open digit, or `+99200123` where the numbering plan
 * leaves no doubt how many follow. Spaces, dots and hyphens are nothing.
 */
export function readRange(text: string): RangeResult {
  const written = text.replaceAll(/[\s.()-]/g, "").toLowerCase();
  const [, prefix, open] = /^(\+[1-9]\d{2,12})(x*)$/.exec(written) ?? [];
  if (prefix === undefined || open === undefined) {
    return wrong("must be a range such as +99200123xxxx, or what its numbers begin with, such as +99200123");
  }
  if (open !== "") {
    if (!OPEN_DIGITS.some((digits) => digits === open.length))
      return wrong("must leave 2 to 5 digits open: 100 to 100,000 numbers");
    return isInUse(prefix, open.length)
      ? { ok: true, scope: scopeOf(prefix, open.length) }
      : wrong("has no numbers that the numbering plan knows");
  }
  const fits = OPEN_DIGITS.filter((digits) => isInUse(prefix, digits));
  const [only] = fits;
  if (only !== undefined && fits.length === 1) return { ok: true, scope: scopeOf(prefix, only) };
  const examples = fits.map((digits) => prefix + "x".repeat(digits)).join(" or ");
  return only === undefined
    ? wrong("begins no numbers with 2 to 5 further digits: name 100 to 100,000 numbers, such as +99200123xxxx")
    : wrong(`may be followed by more or fewer digits: write ${examples}`);
}

function isInUse(prefix: string, digits: number): boolean {
  return FILLERS.some((filler) => {
    const parsed = parseRecipient(prefix + filler.repeat(digits), "native");
    return parsed.ok && parsed.recipient.valid;
  });
}

function scopeOf(prefix: string, digits: number): BlockScope {
  return { type: "block", prefix, size: 10 ** digits };
}

function wrong(message: string): RangeResult {
  return { ok: false, message };
}
