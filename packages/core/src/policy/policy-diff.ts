import type { Channel } from "../message.ts";
import type { PolicyDocument, PolicyException } from "./policy-document.ts";
import { BLOCK, STRICTNESS, type Strictness } from "./strictness.ts";

/** One difference between two documents. */
export interface PolicyChange {
  /** `listMode`, `destinations.NL`, `ranges.+31612`, `exceptions.+31612345678 trusted`; own channels in brackets. */
  readonly path: string;
  /** What stood there; undefined: nothing. */
  readonly before: unknown;
  readonly after: unknown;
  /** Might any message now be treated less strictly than before? Where only the levels above could tell: yes. */
  readonly loosens: boolean;
}

/** Does any of the changes loosen? */
export function loosens(changes: readonly PolicyChange[]): boolean {
  return changes.some((change) => change.loosens);
}

/** Everything in which two valid documents differ, in the order of the fields. */
export function diffPolicies(before: PolicyDocument, after: PolicyDocument): readonly PolicyChange[] {
  return [
    ...diffValue("listMode", before.listMode, after.listMode, loosensListMode),
    ...diffEntries("destinations", destinationEntries(before), destinationEntries(after)),
    ...diffEntries("numberTypes", numberTypeEntries(before), numberTypeEntries(after)),
    ...diffEntries("ranges", rangeEntries(before), rangeEntries(after)),
    ...diffEntries("exceptions", exceptionEntries(before), exceptionEntries(after)),
    // Which rules a channel comes under decides in both directions.
    ...diffValue("channels", before.channels, after.channels, () => true),
    ...diffValue("locked", before.locked, after.locked, loosensLocks),
  ];
}

function diffValue<Value>(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  loosening: (before: Value | undefined, after: Value | undefined) => boolean,
): readonly PolicyChange[] {
  return isSame(before, after) ? [] : [{ path, before, after, loosens: loosening(before, after) }];
}

/** Only `allow_list` blocks; what an absent mode takes from above is not known here. */
function loosensListMode(before: PolicyDocument["listMode"], after: PolicyDocument["listMode"]): boolean {
  const wasOpen = before === "allow_all" || before === "block_list";
  return after !== "allow_list" && !wasOpen;
}

/** Locked channels are heard from above alone, also where the account's own would cover more. */
function loosensLocks(before: PolicyDocument["locked"] = [], after: PolicyDocument["locked"] = []): boolean {
  const locksChannels = after.includes("channels") && !before.includes("channels");
  return locksChannels || before.some((field) => !after.includes(field));
}

/** A rule as far as it matters for loosening. */
interface Entry {
  readonly rule: unknown;
  readonly strictness: Strictness;
  /** Nothing that could hold in its place is looser. */
  readonly isLoosest: boolean;
  readonly until: number;
  readonly channels: readonly Channel[] | undefined;
}

function diffEntries(
  field: string,
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
): readonly PolicyChange[] {
  const changes: PolicyChange[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(key);
    const is = after.get(key);
    if (isSame(was?.rule, is?.rule)) continue;
    changes.push({ path: `${field}.${key}`, before: was?.rule, after: is?.rule, loosens: entryLoosens(was, is) });
  }
  return changes;
}

/**
 * Where the rule goes, something looser may come to light, unless it was the loosest there is. Where it comes, it may stand
 * before something stricter, unless it blocks. Where it stays, it must not have become less strict.
 */
function entryLoosens(was: Entry | undefined, is: Entry | undefined): boolean {
  const goes = was !== undefined && (is === undefined || is.until < was.until || !covers(is.channels, was.channels));
  const comes = is !== undefined && (was === undefined || was.until < is.until || !covers(was.channels, is.channels));
  if (goes && !was.isLoosest) return true;
  if (comes && is.strictness !== BLOCK) return true;
  if (was === undefined || is === undefined) return false;
  return is.strictness < was.strictness || (is.isLoosest && !was.isLoosest);
}

/** Does the first rule speak of every channel that the second speaks of? Undefined is the document's, whatever they are. */
function covers(first: readonly Channel[] | undefined, second: readonly Channel[] | undefined): boolean {
  if (first === undefined || second === undefined) return first === second;
  return second.every((channel) => first.includes(channel));
}

function destinationEntries(document: PolicyDocument): ReadonlyMap<string, Entry> {
  return new Map(
    Object.entries(document.destinations ?? {}).map(([code, rule]) => [
      code,
      entry(rule, STRICTNESS[rule.action], rule.action === "allow", rule),
    ]),
  );
}

function numberTypeEntries(document: PolicyDocument): ReadonlyMap<string, Entry> {
  return new Map(
    Object.entries(document.numberTypes ?? {}).map(([numberType, word]) => [
      numberType,
      entry(word, STRICTNESS[word], word === "allow", {}),
    ]),
  );
}

function rangeEntries(document: PolicyDocument): ReadonlyMap<string, Entry> {
  return new Map(
    (document.ranges ?? []).map((rule) => [
      keyOf(rule.prefix, rule.channels),
      entry(rule, STRICTNESS[rule.action], rule.action === "allow", rule),
    ]),
  );
}

function exceptionEntries(document: PolicyDocument): ReadonlyMap<string, Entry> {
  return new Map(
    (document.exceptions ?? []).map((exception) => [
      keyOf(`${exception.range} ${exception.kind}`, exception.channels),
      entry(exception, exception.kind === "barred" ? BLOCK : 0, isLoosestException(exception), exception),
    ]),
  );
}

/** Trust that leaves destination blocks standing may hide a shorter range that is trusted against them too. */
function isLoosestException(exception: PolicyException): boolean {
  return exception.kind === "trusted" && exception.evenIfDestinationBlocked === true;
}

function entry(
  rule: unknown,
  strictness: Strictness,
  isLoosest: boolean,
  { until = Number.POSITIVE_INFINITY, channels }: { readonly until?: number; readonly channels?: readonly Channel[] },
): Entry {
  return { rule, strictness, isLoosest, until, channels };
}

function keyOf(subject: string, channels: readonly Channel[] | undefined): string {
  return channels === undefined ? subject : `${subject} (${channels.toSorted().join(", ")})`;
}

/** Documents are JSON values that one validator writes: the same content has the same text. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
