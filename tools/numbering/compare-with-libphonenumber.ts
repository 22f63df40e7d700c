/** Compares the numbering table with libphonenumber-js, which it is made from, number by number. */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { parseRecipient } from "../../packages/core/src/numbering/parse-recipient.ts";
import { mainDestinationOf } from "../../packages/core/src/numbering/twins.ts";

/** The differences that are meant, with the reason. Any other is a mistake. */
export const EXPLAINED = {
  outside_e164:
    "libphonenumber finds a possible number of fewer than 7 or more than 15 digits (as in the plans of Germany, Austria, " +
    "Indonesia and Iran); no E.164 number has more than 15, and no mobile one fewer than 7: refused.",
  two_national_prefixes:
    "libphonenumber takes one national prefix off, and what it gives it would read as another number again; a number " +
    "must be read one way only: refused.",
  long_and_nowhere:
    "more than 15 digits are written, and without what may be a national prefix they are in no range: refused.",
  voicemail: "libphonenumber's type VOICEMAIL is `unknown` here (`global_service` on a non-geographic network).",
} as const;
export type Explained = keyof typeof EXPLAINED;

/** In what the two differ: first what was expected (libphonenumber-js), then what was found. */
export type Difference = "possible" | "number" | "valid" | "destination" | "twin" | "type" | Explained;

export interface Comparison {
  readonly difference: Difference | undefined;
  /** Valid to libphonenumber-js. */
  readonly valid: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  MOBILE: "mobile",
  FIXED_LINE: "fixed",
  FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
  TOLL_FREE: "toll_free",
  PREMIUM_RATE: "premium",
  SHARED_COST: "shared_cost",
  VOIP: "voip",
  PERSONAL_NUMBER: "personal",
  PAGER: "pager",
  UAN: "uan",
};

/** Reads `text` (`+` and digits) both ways. */
export function compareWithLibphonenumber(text: string): Comparison {
  const theirs = parsePhoneNumberFromString(text);
  const ours = parseRecipient(text, "native");
  const possible = theirs?.isPossible() ?? false;
  const type = theirs?.getType();
  const valid = type !== undefined;
  const found = (difference: Difference | undefined): Comparison => ({ difference, valid });
  if (!ours.ok) {
    if (theirs === undefined || !possible) return found(undefined);
    const digits = theirs.number.length - 1;
    if (digits < 7 || digits > 15) return found("outside_e164");
    if (parsePhoneNumberFromString(theirs.number)?.number !== theirs.number) return found("two_national_prefixes");
    if (text.length > 16 && !valid && ours.code === "number_too_long") return found("long_and_nowhere");
    return found("possible");
  }
  const { recipient } = ours;
  if (theirs === undefined || !possible) return found("possible");
  if (theirs.number !== recipient.e164) return found("number");
  if (valid !== recipient.valid) return found("valid");
  if (!valid) return found(undefined);
  const named = theirs.country ?? theirs.countryCallingCode;
  const main = mainDestinationOf(named);
  if (recipient.candidates.length !== 1 || recipient.candidates[0] !== main) return found("destination");
  if (recipient.twin !== (main === named ? undefined : named)) return found("twin");
  if (type === "VOICEMAIL") return found("voicemail");
  return found(TYPES[type] === recipient.type ? undefined : "type");
}
