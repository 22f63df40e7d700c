import type { Destination } from "../numbering/e164.ts";
import type { NumberType } from "../numbering/recipient.ts";
import { type BitSet, channelSet, fieldSet } from "./bit-set.ts";
import type {
  DestinationRule,
  ListMode,
  PolicyDocument,
  PolicyException,
  PolicyGround,
  RangeRule,
} from "./policy-document.ts";
import { PrefixIndex, type ScaledNumber } from "./prefix-index.ts";
import { STRICTNESS, type Strictness } from "./strictness.ts";

/** What is asked of a document's rules. */
export interface RuleQuery extends ScaledNumber {
  readonly at: number;
  readonly channel: BitSet;
  /** Is the channel one of those that rules without their own speak of? */
  readonly covered: boolean;
}

interface ScopedEntry {
  /** 0: the rule names no channels, so it speaks of the document's. */
  readonly channels: BitSet;
  /** Infinity: no end. */
  readonly until: number;
}

export interface RangeEntry extends ScopedEntry {
  readonly length: number;
  readonly strictness: Strictness;
  readonly ground: PolicyGround & { readonly type: "range" };
}

export interface ExceptionEntry extends ScopedEntry {
  /** Digits that are given; the longest match has the most. */
  readonly fixed: number;
  /** Digits of the numbers it speaks of: given ones and `x`. */
  readonly length: number;
  readonly barred: boolean;
  readonly evenIfDestinationBlocked: boolean;
  readonly ground: PolicyGround & { readonly type: "exception" };
}

export interface DestinationEntry extends ScopedEntry {
  readonly strictness: Strictness;
  readonly ground: PolicyGround & { readonly type: "destination" };
}

/** One document made ready for lookups. Says nothing of the levels around it, so every chain it stands in shares it. */
export interface CompiledDocument {
  readonly listMode: ListMode | undefined;
  readonly channels: BitSet | undefined;
  readonly locked: BitSet;
  readonly destinations: ReadonlyMap<string, DestinationEntry>;
  readonly numberTypes: ReadonlyMap<NumberType, "block" | "allow">;
  readonly ranges: PrefixIndex<RangeEntry>;
  readonly exceptions: PrefixIndex<ExceptionEntry>;
}

export function compileDocument(document: PolicyDocument): CompiledDocument {
  return {
    listMode: document.listMode,
    channels: document.channels === undefined ? undefined : channelSet(document.channels),
    locked: fieldSet(document.locked ?? []),
    destinations: new Map(
      Object.entries(document.destinations ?? {}).map(([code, rule]) => [code, destination(code as Destination, rule)]),
    ),
    numberTypes: new Map(Object.entries(document.numberTypes ?? {}) as [NumberType, "block" | "allow"][]),
    ranges: indexRanges(document.ranges ?? []),
    exceptions: indexExceptions(document.exceptions ?? []),
  };
}

/** Does the rule exist at this time, and does it speak of this channel? */
export function speaks(entry: ScopedEntry, query: RuleQuery): boolean {
  return entry.until > query.at && (entry.channels === 0 ? query.covered : (entry.channels & query.channel) !== 0);
}

/** An exception also has to speak of numbers of this length: `+3161234` is one number, not a prefix. */
export function exceptionHolds(entry: ExceptionEntry, query: RuleQuery): boolean {
  return entry.length === query.length && speaks(entry, query);
}

function destination(code: Destination, rule: DestinationRule): DestinationEntry {
  return {
    channels: channelSet(rule.channels ?? []),
    until: Number.POSITIVE_INFINITY,
    strictness: STRICTNESS[rule.action],
    ground: { type: "destination", destination: code, action: rule.action },
  };
}

function indexRanges(rules: readonly RangeRule[]): PrefixIndex<RangeEntry> {
  const entries = rules.map(
    (rule): RangeEntry => ({
      channels: channelSet(rule.channels ?? []),
      until: rule.until ?? Number.POSITIVE_INFINITY,
      length: rule.prefix.length - 1,
      strictness: STRICTNESS[rule.action],
      ground: { type: "range", prefix: rule.prefix, action: rule.action },
    }),
  );
  entries.sort((a, b) => b.strictness - a.strictness);
  return new PrefixIndex(Map.groupBy(entries, (entry) => entry.ground.prefix.slice(1)));
}

function indexExceptions(exceptions: readonly PolicyException[]): PrefixIndex<ExceptionEntry> {
  const entries = exceptions.map((exception): ExceptionEntry => {
    const firstFree = exception.range.indexOf("x");
    return {
      channels: channelSet(exception.channels ?? []),
      until: exception.until ?? Number.POSITIVE_INFINITY,
      fixed: (firstFree === -1 ? exception.range.length : firstFree) - 1,
      length: exception.range.length - 1,
      barred: exception.kind === "barred",
      evenIfDestinationBlocked: exception.evenIfDestinationBlocked ?? false,
      ground: { type: "exception", kind: exception.kind, range: exception.range },
    };
  });
  // Of several that speak of the same numbers the strictest comes first: barred, trusted, trusted against step 4 too.
  const rank = (entry: ExceptionEntry): number => (entry.barred ? 0 : entry.evenIfDestinationBlocked ? 2 : 1);
  entries.sort((a, b) => rank(a) - rank(b));
  return new PrefixIndex(Map.groupBy(entries, (entry) => entry.ground.range.slice(1, entry.fixed + 1)));
}
