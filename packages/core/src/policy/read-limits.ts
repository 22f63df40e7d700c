import {
  type Amount,
  CEILING_FIELDS,
  CEILING_NAME,
  CEILING_SUBJECTS,
  type Ceiling,
  CURRENCY,
  KEY_NAME,
  LIMIT_FIELDS,
  LIMIT_RANGES,
  type LimitSettings,
  MOST_CEILINGS,
  type UnansweredSettings,
  WHEN_PRICE_UNKNOWN,
  windowMs,
} from "../limits/limit-settings.ts";
import { PURPOSES } from "../message.ts";
import { isDestination } from "../numbering/destinations.ts";
import { type DocumentCheck, read, shown } from "./document-check.ts";

type Given = Readonly<Record<string, unknown>>;

/** Reads the field `limits` of a document that came from outside. */
export function readLimits(check: DocumentCheck, value: unknown, field: string): LimitSettings {
  const given = check.record(value, field, LIMIT_FIELDS) ?? {};
  const { whenPriceUnknown } = given;
  if (whenPriceUnknown === "maximum_price" && !Object.hasOwn(given, "maximumPrice")) {
    check.report(`${field}.whenPriceUnknown`, "needs maximumPrice: what a message of unknown price counts as");
  }
  return {
    ...read("ceilings", given, (ceilings, path) => readCeilings(check, ceilings, path), `${field}.ceilings`),
    ...read("maximumPrice", given, (price, path) => readAmount(check, price, path), `${field}.maximumPrice`),
    ...read("unanswered", given, (unanswered, path) => readUnanswered(check, unanswered, path), `${field}.unanswered`),
    ...read(
      "whenPriceUnknown",
      given,
      (when, path) => check.oneOf(when, path, WHEN_PRICE_UNKNOWN),
      `${field}.whenPriceUnknown`,
    ),
  };
}

function readUnanswered(check: DocumentCheck, value: unknown, field: string): UnansweredSettings {
  const given = check.record(value, field, ["perHour", "perDay"]) ?? {};
  const number = (key: "perHour" | "perDay"): UnansweredSettings =>
    read(key, given, (most, path) => check.number(most, path, LIMIT_RANGES[key]), `${field}.${key}`);
  return { ...number("perHour"), ...number("perDay") };
}

function readCeilings(check: DocumentCheck, value: unknown, field: string): readonly Ceiling[] {
  const list = check.list(value, field) ?? [];
  if (list.length > MOST_CEILINGS) {
    check.report(field, `has ${list.length} ceilings; at most ${MOST_CEILINGS} are allowed`);
    return [];
  }
  const ceilings: Ceiling[] = [];
  const names = new Map<string, string>();
  for (const [index, item] of list.entries()) {
    const path = `${field}[${index}]`;
    const ceiling = readCeiling(check, item, path);
    if (ceiling === undefined) continue;
    const earlier = names.get(ceiling.name);
    if (earlier !== undefined)
      check.report(`${path}.name`, `${ceiling.name} stands at ${earlier} already; names differ`);
    names.set(ceiling.name, path);
    ceilings.push(ceiling);
  }
  return ceilings;
}

function readCeiling(check: DocumentCheck, item: unknown, path: string): Ceiling | undefined {
  const given = check.record(item, path, CEILING_FIELDS);
  if (given === undefined) return undefined;
  const at = (key: keyof Ceiling): string => `${path}.${key}`;
  const { name: word, window: length } = given;
  const name = readText(check, word, at("name"), CEILING_NAME, "1 to 40 of a-z, 0-9, _ and -, such as spend-per-day");
  const window = readWindow(check, length, at("window"));
  checkAmount(check, given, path);
  const ceiling = {
    ...read("per", given, (per, field) => check.oneOf(per, field, CEILING_SUBJECTS), at("per")),
    ...read("messages", given, (most, field) => check.number(most, field, LIMIT_RANGES.messages), at("messages")),
    ...read("money", given, (money, field) => readAmount(check, money, field), at("money")),
    ...read("destinations", given, (codes, field) => readDestinations(check, codes, field), at("destinations")),
    ...read("prefixes", given, (prefixes, field) => readPrefixes(check, prefixes, field), at("prefixes")),
    ...read("purposes", given, (purposes, field) => check.set(purposes, field, PURPOSES), at("purposes")),
    ...read("numbers", given, (numbers, field) => check.oneOf(numbers, field, ["unproven"] as const), at("numbers")),
    ...read("digits", given, (digits, field) => check.number(digits, field, LIMIT_RANGES.digits), at("digits")),
    ...read(
      "key",
      given,
      (key, field) => readText(check, key, field, KEY_NAME, "1 to 32 of a-z, 0-9, _ and -, such as user"),
      at("key"),
    ),
    ...read("note", given, (note, field) => check.note(note, field), at("note")),
  };
  checkSubject(check, given, ceiling.per ?? "account", path);
  return name === undefined || window === undefined ? undefined : { name, window, ...ceiling };
}

function checkAmount(check: DocumentCheck, given: Given, path: string): void {
  const [messages, money] = [Object.hasOwn(given, "messages"), Object.hasOwn(given, "money")];
  if (messages && money) check.report(`${path}.money`, "stands beside messages; write two ceilings, one for each");
  if (!messages && !money) {
    check.report(path, "says no amount; write messages: 1000, or money: {amount: 50, currency: EUR}");
  }
}

/** `digits` and `key` belong to one subject each. */
function checkSubject(check: DocumentCheck, given: Given, per: Ceiling["per"], path: string): void {
  for (const [field, subject, right] of [
    ["digits", "range", "how many digits at the end are free, such as 4"],
    ["key", "key", "the name of a key that you send with each message, such as user"],
  ] as const) {
    const isSaid = Object.hasOwn(given, field);
    if (per === subject && !isSaid) check.report(`${path}.${field}`, `is missing; per ${subject} needs ${right}`);
    if (per !== subject && isSaid) check.report(`${path}.${field}`, `is only for per ${subject}; this is per ${per}`);
  }
}

function readWindow(check: DocumentCheck, value: unknown, field: string): string | undefined {
  if (typeof value === "string" && windowMs(value) !== undefined) return value;
  const right = "second, minute, hour, day, week or month, or such as 10 minutes, and at most 31 days";
  return check.report(field, value === undefined ? `is missing; write ${right}` : `${shown(value)} must be ${right}`);
}

function readAmount(check: DocumentCheck, value: unknown, field: string): Amount | undefined {
  const given = check.record(value, field, ["amount", "currency"]);
  if (given === undefined) return undefined;
  const { amount: number, currency: code } = given;
  const amount = check.number(number, `${field}.amount`, LIMIT_RANGES.amount);
  const currency = readText(check, code, `${field}.currency`, CURRENCY, "a currency's ISO 4217 code, such as EUR");
  return amount === undefined || currency === undefined ? undefined : { amount, currency };
}

function readDestinations(check: DocumentCheck, value: unknown, field: string): readonly string[] | undefined {
  const list = readSome(check, value, field);
  for (const [index, code] of (list ?? []).entries()) {
    if (typeof code !== "string" || !isDestination(code)) {
      check.report(`${field}[${index}]`, `${shown(code)} is no destination; write an ISO 3166-1 code such as NL`);
    }
  }
  return list as readonly string[] | undefined;
}

function readPrefixes(check: DocumentCheck, value: unknown, field: string): readonly string[] | undefined {
  const list = readSome(check, value, field);
  for (const [index, prefix] of (list ?? []).entries()) {
    readText(check, prefix, `${field}[${index}]`, /^\+[1-9]\d{0,14}$/, "+ and 1 to 15 digits, such as +31612");
  }
  return list as readonly string[] | undefined;
}

/** A list with at least one entry, none twice, and not absurdly long. */
function readSome(check: DocumentCheck, value: unknown, field: string): readonly unknown[] | undefined {
  const list = check.list(value, field);
  if (list === undefined) return undefined;
  if (list.length === 0) return check.report(field, "names nothing; leave it out or name at least one");
  if (list.length > 1000) return check.report(field, `has ${list.length} entries; at most 1000 are allowed`);
  if (new Set(list).size < list.length) check.report(field, "names something twice; name it once");
  return list;
}

function readText(
  check: DocumentCheck,
  value: unknown,
  field: string,
  pattern: RegExp,
  right: string,
): string | undefined {
  if (typeof value === "string" && pattern.test(value)) return value;
  return check.report(field, value === undefined ? `is missing; write ${right}` : `${shown(value)} must be ${right}`);
}
