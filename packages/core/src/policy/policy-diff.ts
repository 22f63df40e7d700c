import { CHANNELS, type Channel, NUMBER_CHANNELS } from "../message.ts";
import type { NumberType } from "../numbering/recipient.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { diffDetection } from "./diff-detection.ts";
import { diffLimits } from "./diff-limits.ts";
import type { PolicyChange } from "./policy-change.ts";
import type { PolicyDocument, PolicyException } from "./policy-document.ts";
import { BLOCK, FILTER, STRICTNESS, type Strictness } from "./strictness.ts";

/** Does any of the changes loosen? */
export function loosens(changes: readonly PolicyChange[]): boolean {
  return changes.some((change) => change.loosens);
}

export interface DiffSetting {
  /**
   * No account stands above or below the one whose documents these are, so what a destination comes to is known from the
   * document alone: a block that goes is no loosening where the list blocks in its place. Default: not known.
   */
  readonly standsAlone?: boolean;
}

/** Everything in which two valid documents differ, in the order of the fields. */
export function diffPolicies(
  before: PolicyDocument,
  after: PolicyDocument,
  { standsAlone = false }: DiffSetting = {},
): readonly PolicyChange[] {
  const destinations = diffEntries("destinations", destinationEntries(before), destinationEntries(after));
  return [
    ...diffValue("listMode", before.listMode, after.listMode, standsAlone ? loosensOwnListMode : loosensListMode),
    ...(standsAlone ? destinations.map((change) => withOwnEffect(change, before, after)) : destinations),
    ...diffEntries("numberTypes", numberTypeEntries(before), numberTypeEntries(after)).map((change) =>
      standsAlone ? { ...change, loosens: blocksType(before, change) && !blocksType(after, change) } : change,
    ),
    ...diffEntries("ranges", rangeEntries(before), rangeEntries(after)),
    ...diffEntries("exceptions", exceptionEntries(before), exceptionEntries(after)),
    // Which rules a channel comes under decides in both directions.
    ...diffValue("channels", before.channels, after.channels, () => true),
    ...diffDetection(before.detection, after.detection, standsAlone),
    ...diffLimits(before.limits, after.limits),
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

/** As {@link loosensListMode}, where an absent mode is known to be the default policy's. */
function loosensOwnListMode(before: PolicyDocument["listMode"], after: PolicyDocument["listMode"]): boolean {
  return before === "allow_list" && after !== "allow_list";
}

const DESTINATION_PATH = "destinations.";

/** A destination's change, judged by what the destination comes to before and after, list mode and all. */
function withOwnEffect(change: PolicyChange, before: PolicyDocument, after: PolicyDocument): PolicyChange {
  const code = change.path.slice(DESTINATION_PATH.length);
  let looser = false;
  for (const channel of CHANNELS) {
    const was = ownEffect(before, code, channel);
    const is = ownEffect(after, code, channel);
    if (was === undefined && is === undefined) continue;
    // Where nothing speaks of the channel, other candidates of a number may: only the entries themselves can tell.
    if (was === undefined || is === undefined) return change;
    looser ||= is < was;
  }
  return { ...change, loosens: looser };
}

/** Does a root's document, or the default policy below it, block the number type that the change is about? */
function blocksType({ numberTypes }: PolicyDocument, { path }: PolicyChange): boolean {
  const numberType = path.slice(path.indexOf(".") + 1) as NumberType;
  return (numberTypes?.[numberType] ?? DEFAULT_POLICY.numberTypes?.[numberType]) === "block";
}

/** What destination and list come to in a root's document; undefined: neither speaks of the channel. */
function ownEffect(document: PolicyDocument, code: string, channel: Channel): Strictness | undefined {
  const covered = (document.channels ?? NUMBER_CHANNELS).includes(channel);
  for (const { destinations } of [document, DEFAULT_POLICY]) {
    const rule = destinations?.[code];
    if (rule !== undefined && (rule.channels?.includes(channel) ?? covered)) return STRICTNESS[rule.action];
  }
  if (!covered) return undefined;
  return document.listMode === "allow_list" ? BLOCK : FILTER;
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
