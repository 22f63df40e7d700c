import { createHash } from "node:crypto";
import { ServiceError } from "../api/service-error.ts";
import { COMMON_PASSWORDS } from "./common-passwords.ts";
import type { IsLeaked } from "./leaked-passwords.ts";

/** Fewer different characters than these are guessed whatever the length. */
const FEWEST_CHARACTERS = 5;
/** So much must be left of it without the words that everybody knows of the person. */
const SHORTEST_REST = 8;
/** A shorter word may be in any password by chance. */
const SHORTEST_WORD = 3;
/** Ways over a keyboard, an alphabet or the digits; there and back, and round. */
const WAYS = [
  "0123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn",
].flatMap((way) => [way.repeat(3), [...way].reverse().join("").repeat(3)]);

export type Weakness = "common" | "simple" | "known";

/**
 * Why a password would be guessed soon, whatever its length; undefined: nothing speaks against it. `about`: what others know of the
 * person (name, address, business).
 */
export function weaknessOf(password: string, about: readonly string[]): Weakness | undefined {
  const lower = password.normalize("NFKC").toLowerCase();
  if (COMMON_PASSWORDS.has(createHash("sha256").update(lower).digest().subarray(0, 6).toString("base64url")))
    return "common";
  if (new Set(lower).size < FEWEST_CHARACTERS || WAYS.some((way) => way.includes(lower))) return "simple";
  const words = ["safeguard", ...about.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))];
  const rest = words
    .filter((word) => word.length >= SHORTEST_WORD)
    .reduce((left, word) => left.replaceAll(word, ""), lower);
  return rest !== lower && rest.length < SHORTEST_REST ? "known" : undefined;
}

const WORDS: Readonly<Record<Weakness | "leaked", string>> = {
  common: "is one of the commonest, which are tried first; take another, such as four words that nobody connects",
  simple: "is a simple row of characters; take another, such as four words that nobody connects",
  leaked: "stands in lists of passwords that became known, which are tried first; take one that is used nowhere else",
  known: "is little more than the person's name or address, or the product's; take other words",
};

/** Refuses the field `password` of a request, and says why. `about`: as above. */
export type RefuseWeakPassword = (password: string, about: readonly string[]) => Promise<void>;

/** `isLeaked`: undefined where nobody is asked. */
export function createPasswordCheck(isLeaked: IsLeaked | undefined): RefuseWeakPassword {
  return async (password, about) => {
    const weakness = weaknessOf(password, about) ?? ((await isLeaked?.(password)) === true ? "leaked" : undefined);
    if (weakness === undefined) return;
    throw new ServiceError("invalid_request", "This password would be guessed.", [
      { field: "password", message: WORDS[weakness] },
    ]);
  };
}
