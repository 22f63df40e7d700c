import { defaultParseSearch, defaultStringifySearch } from "@tanstack/react-router";

interface SearchWords {
  readonly stringifySearch: (search: Record<string, unknown>) => string;
  readonly parseSearch: (text: string) => Record<string, unknown>;
}

/** `+31 6 1234 5678`, `0031612345678`, or 8 digits and more by themselves; not a range (`+316123456xx`), a day or an id. */
const NUMBER = /(?<![\w+.-])(?:(?:\+|00)\d[\d ().-]{5,18}\d|\d{8,15})(?![\w*…•.-])/g;
/** With the key of a search before it, which means nothing without it. */
const STAND_IN = /(?:\b[a-z]+:)?~([0-9a-f]{12})\b/gi;
/** Numbers of this tab that are remembered. */
const MOST_REMEMBERED = 1_000;

/**
 * The filters in a page's address, without anyone's telephone number: addresses are kept in the browser's history, copied
 * and logged. Something made up stands in for each number, which this tab alone can read, until it is loaded again: then
 * the page shows its list without that filter.
 */
export function searchWithoutNumbers(): SearchWords {
  const numberOf = new Map<string, string>();
  const standInOf = new Map<string, string>();
  const standIn = (number: string): string => {
    const known = standInOf.get(number);
    if (known !== undefined) return known;
    const [oldest] = standInOf;
    if (oldest !== undefined && standInOf.size >= MOST_REMEMBERED) {
      standInOf.delete(oldest[0]);
      numberOf.delete(oldest[1]);
    }
    const made = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    standInOf.set(number, made);
    numberOf.set(made, number);
    return made;
  };
  const hide = (value: unknown): unknown =>
    typeof value === "string" ? value.replaceAll(NUMBER, (number) => `~${standIn(number)}`) : value;
  const show = (value: unknown): unknown => {
    if (typeof value !== "string" || !value.includes("~")) return value;
    const shown = value.replaceAll(STAND_IN, (word, made: string) => {
      const number = numberOf.get(made);
      return number === undefined ? "" : word.replace(`~${made}`, number);
    });
    return shown.trim() === "" ? undefined : shown;
  };
  return {
    stringifySearch: (search) => defaultStringifySearch(eachOf(search, hide)),
    parseSearch: (text) => eachOf(defaultParseSearch(text), show),
  };
}

function eachOf(search: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> {
  const entries = Object.entries(search).map(([name, value]): [string, unknown] => {
    // (digits alone are read as JSON's number; instants of the live page are numbers, too, and not searched for)
    const isDigits = typeof value === "number" && (name === "q" || name === "to");
    return [name, change(isDigits ? String(value) : value)];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
