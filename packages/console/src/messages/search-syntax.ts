import { MESSAGE_STATUSES, type MessageQuery, type Purpose } from "@safeguard/client";
import { REASON_CODES } from "./reason-codes.ts";

/** What a message is found by: one that was rejected is kept nowhere. */
export const STATUSES = MESSAGE_STATUSES.filter((status) => status !== "rejected");
const PURPOSES = ["otp", "notification", "marketing"] as const satisfies readonly Purpose[];

/** What a search can name, in the order in which it is offered. */
export const SEARCH_KEYS = [
  "status",
  "to",
  "destination",
  "reason",
  "purpose",
  "from",
  "since",
  "after",
  "before",
] as const;
export type SearchKey = (typeof SEARCH_KEYS)[number];

export type SearchProblem =
  | { readonly why: "unknown_key"; readonly text: string }
  | { readonly why: "bad_value"; readonly key: SearchKey; readonly text: string };

export interface ReadSearch {
  readonly query: Omit<MessageQuery, "limit" | "cursor">;
  /** A message that is named by its id. */
  readonly id: string | undefined;
  readonly problems: readonly SearchProblem[];
}

interface Word {
  readonly key: string | undefined;
  readonly value: string;
}

/** `status:blocked to:+3165… since:24h from:"My Shop"`, in any order. A number or an id may stand for itself. */
export function readSearch(text: string, now: number): ReadSearch {
  const query: Partial<Record<keyof MessageQuery, string>> = {};
  const problems: SearchProblem[] = [];
  let id: string | undefined;
  for (const { key, value } of wordsOf(text)) {
    if (key === undefined) {
      if (/^(?:msg_|SM)?[0-9a-f]{32}$/.test(value)) id = value;
      else if (/^\+\d/.test(value)) Object.assign(query, recipient(value));
      else problems.push({ why: "unknown_key", text: value });
      continue;
    }
    const known = SEARCH_KEYS.find((one) => one === key.toLowerCase());
    if (known === undefined) {
      problems.push({ why: "unknown_key", text: key });
      continue;
    }
    const read = readValue(known, value, now);
    if (read === undefined) problems.push({ why: "bad_value", key: known, text: value });
    else Object.assign(query, read);
  }
  return { query: query as ReadSearch["query"], id, problems };
}

function readValue(
  key: SearchKey,
  value: string,
  now: number,
): Partial<Record<keyof MessageQuery, string>> | undefined {
  switch (key) {
    case "to":
      return recipient(value);
    case "from":
      return value === "" ? undefined : { from: value };
    case "destination":
      return /^(?:[A-Za-z]{2}|\+\d{1,5}|unknown)$/.test(value)
        ? { destination: value === "unknown" ? value : value.toUpperCase() }
        : undefined;
    case "status": {
      const status = STATUSES.find((one) => one === value.toLowerCase());
      return status && { status };
    }
    case "purpose": {
      const purpose = PURPOSES.find((one) => one === value.toLowerCase());
      return purpose && { purpose };
    }
    case "reason":
      return /^[a-z_]{1,40}$/.test(value) ? { reason: value } : undefined;
    case "since": {
      const span = spanOf(value);
      return span === undefined ? undefined : { after: new Date(now - span).toISOString() };
    }
    case "after":
    case "before": {
      const at = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
      return Number.isNaN(at) ? undefined : { [key]: new Date(at).toISOString() };
    }
  }
}

/** A whole number, or what numbers begin with: `+31653*`, `+3165…`, `+31653xxxxx`, or simply few digits. */
function recipient(value: string): Partial<Record<"to" | "prefix", string>> | undefined {
  const [, digits = "", open = ""] = /^\+?(\d{1,15})([*…x]*)$/.exec(value) ?? [];
  if (digits === "") return undefined;
  return open === "" && digits.length > 7 ? { to: `+${digits}` } : { prefix: `+${digits}` };
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `24h`, `7d` in milliseconds. */
function spanOf(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const size = UNITS[unit];
  return count === undefined || size === undefined ? undefined : Number(count) * size;
}

/** Blanks part words but within quotation marks. */
function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/(?:([A-Za-z]+):)?(?:"([^"]*)"?|([^\s"]+))/g)].map(([, key, quoted, bare]) => ({
    key,
    value: quoted ?? bare ?? "",
  }));
}

/** A completion: the whole search with it, and what to call it. */
export interface Completion {
  readonly search: string;
  readonly key: SearchKey;
  /** undefined: the key itself is offered. */
  readonly value: string | undefined;
}

const MOST_COMPLETIONS = 12;
const SPANS = ["15m", "1h", "24h", "7d", "30d"];

/** What the word at the end could become. `destinations`: codes with the names that they answer to. */
export function completionsOf(
  text: string,
  destinations: readonly { readonly code: string; readonly name: string }[],
  senders: readonly string[],
): readonly Completion[] {
  const [, before = "", word = ""] = /^(.*?)(\S*)$/s.exec(text) ?? [];
  const colon = word.indexOf(":");
  if (colon < 0) {
    return SEARCH_KEYS.filter((key) => key.startsWith(word.toLowerCase())).map((key) => ({
      search: `${before}${key}:`,
      key,
      value: undefined,
    }));
  }
  const key = SEARCH_KEYS.find((one) => one === word.slice(0, colon).toLowerCase());
  if (key === undefined) return [];
  const typed = word.slice(colon + 1).toLowerCase();
  return valuesFor(key, typed, destinations, senders)
    .slice(0, MOST_COMPLETIONS)
    .map((value) => ({ search: `${before}${key}:${/\s/.test(value) ? `"${value}"` : value} `, key, value }));
}

function valuesFor(
  key: SearchKey,
  typed: string,
  destinations: readonly { readonly code: string; readonly name: string }[],
  senders: readonly string[],
): readonly string[] {
  const beginning = (values: readonly string[]) => values.filter((value) => value.toLowerCase().startsWith(typed));
  switch (key) {
    case "status":
      return beginning(STATUSES);
    case "purpose":
      return beginning(PURPOSES);
    case "reason":
      return REASON_CODES.filter((code) => code.includes(typed));
    case "since":
      return beginning(SPANS);
    case "from":
      return beginning(senders);
    case "destination":
      return destinations
        .filter(({ code, name }) => code.toLowerCase().startsWith(typed) || name.toLowerCase().startsWith(typed))
        .map(({ code }) => code);
    case "to":
    case "after":
    case "before":
      return [];
  }
}

/** The search with one word of this key, in the place of what it had; undefined: without. */
export function withWord(text: string, key: SearchKey, value: string | undefined): string {
  const others = text.replaceAll(new RegExp(`(?:^|\\s)${key}:(?:"[^"]*"|\\S+)`, "gi"), "").trim();
  return [others, ...(value === undefined ? [] : [`${key}:${/\s/.test(value) ? `"${value}"` : value}`])]
    .filter((part) => part !== "")
    .join(" ");
}
