import type { EpochMilliseconds } from "../brand.ts";
import { CHANNELS, type Channel } from "../message.ts";
import { nearest } from "./nearest.ts";

/** One thing that is wrong with a policy document: where, what, and what is right. */
export interface PolicyProblem {
  /** Path such as `destinations.NL.action` or `ranges[3].prefix`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

/** A document of hostile size must not be answered by one of its size. */
const MOST_PROBLEMS = 100;
const LONGEST_NOTE = 500;
const ISO_8601 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
/** Where ECMAScript's time values end. */
const LATEST_INSTANT = 8_640_000_000_000_000;

/** Reads the parts of an untrusted document and collects everything that is wrong with them. */
export class DocumentCheck {
  readonly #problems: PolicyProblem[] = [];
  #withheld = 0;

  get problems(): readonly PolicyProblem[] {
    if (this.#withheld === 0) return this.#problems;
    return [
      ...this.#problems,
      { field: "", message: `${this.#withheld} more problems are not shown; correct these first` },
    ];
  }

  report(field: string, message: string): undefined {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ field, message });
    else this.#withheld++;
    return undefined;
  }

  /** An object with no other keys than the known ones. */
  record(value: unknown, field: string, known: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    const record = this.map(value, field);
    for (const key of Object.keys(record ?? {})) {
      if (known.includes(key)) continue;
      const meant = nearest(key, known);
      const right = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
      this.report(pathTo(field, key), `${shown(key)} is no field here; ${right}`);
    }
    return record;
  }

  /** An object with keys of the document's choosing. */
  map(value: unknown, field: string): Readonly<Record<string, unknown>> | undefined {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return this.report(field, `must be an object; it is ${shown(value)}`);
  }

  list(value: unknown, field: string): readonly unknown[] | undefined {
    return Array.isArray(value) ? value : this.report(field, `must be a list; it is ${shown(value)}`);
  }

  oneOf<Word extends string>(value: unknown, field: string, words: readonly Word[]): Word | undefined {
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    const meant = typeof value === "string" ? nearest(value, words) : undefined;
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    return this.report(field, `${shown(value)} must be one of ${words.join(", ")}${hint}`);
  }

  /** A list of different words, at least one. */
  set<Word extends string>(value: unknown, field: string, words: readonly Word[]): readonly Word[] | undefined {
    const list = this.list(value, field);
    if (list === undefined) return undefined;
    if (list.length === 0) return this.report(field, "names nothing; leave it out or name at least one");
    const found: Word[] = [];
    for (const [index, item] of list.entries()) {
      const word = this.oneOf(item, `${field}[${index}]`, words);
      if (word === undefined) continue;
      if (found.includes(word)) this.report(`${field}[${index}]`, `${word} stands here twice; name it once`);
      else found.push(word);
    }
    return found;
  }

  channels(value: unknown, field: string): readonly Channel[] | undefined {
    return this.set(value, field, CHANNELS);
  }

  flag(value: unknown, field: string): boolean | undefined {
    return typeof value === "boolean" ? value : this.report(field, `must be true or false; it is ${shown(value)}`);
  }

  /** A number from `least` to `most`, both ends among them. */
  number(
    value: unknown,
    field: string,
    { least, most, whole }: { readonly least: number; readonly most: number; readonly whole: boolean },
  ): number | undefined {
    if (typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value))) {
      return value;
    }
    const right = `a ${whole ? "whole number" : "number"} from ${least} to ${most}`;
    return this.report(field, value === undefined ? `is missing; write ${right}` : `${shown(value)} must be ${right}`);
  }

  note(value: unknown, field: string): string | undefined {
    if (typeof value !== "string") return this.report(field, `must be a text; it is ${shown(value)}`);
    if (value.length <= LONGEST_NOTE) return value;
    return this.report(field, `has ${value.length} characters; a note has at most ${LONGEST_NOTE}`);
  }

  /** Milliseconds since 1970, or ISO 8601 with an offset: a local time would mean another instant on another machine. */
  instant(value: unknown, field: string): EpochMilliseconds | undefined {
    const milliseconds = typeof value === "string" ? parseInstant(value) : value;
    if (Number.isInteger(milliseconds) && Number(milliseconds) > 0 && Number(milliseconds) <= LATEST_INSTANT) {
      return milliseconds as EpochMilliseconds;
    }
    const right = "an ISO 8601 time with offset, such as 2026-12-31T23:00:00Z, or milliseconds since 1970";
    return this.report(field, `${shown(value)} must be ${right}`);
  }
}

/** Reads a field that may be absent: the object to spread, with the field only when it is there. */
export function read<Key extends string, Value>(
  key: Key,
  given: Readonly<Record<string, unknown>>,
  from: (value: unknown, field: string) => Value | undefined,
  path: string = key,
): { readonly [K in Key]?: Value } {
  if (!Object.hasOwn(given, key)) return {};
  const value = from(given[key], path);
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}

export function pathTo(field: string, key: string): string {
  const name = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  return field === "" ? name : `${field}.${name}`;
}

/** A value as a message quotes it: short, and on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function parseInstant(text: string): number | undefined {
  const date = ISO_8601.exec(text)?.[1];
  // Date.parse takes 30 February for 2 March.
  if (date === undefined || new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date) return undefined;
  return Date.parse(text);
}
