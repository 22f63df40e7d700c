import { type EffectiveDetection, effectiveDetection } from "../detection/detection-settings.ts";
import { type CompiledLimits, compileLimits } from "../limits/compiled-limits.ts";
import { effectiveUnanswered } from "../limits/limit-settings.ts";
import { NUMBER_CHANNELS } from "../message.ts";
import { NUMBERING_TABLE } from "../numbering/plan.generated.ts";
import type { PolicyStamp, Verdict } from "../verdict/verdict.ts";
import { type BitSet, channelSet, fieldBit } from "./bit-set.ts";
import { type CompiledDocument, compileDocument } from "./compiled-document.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { KnownVerdicts } from "./known-verdicts.ts";
import type { ListMode, PolicyDocument, PolicyField, PolicyGround, PolicyLevel } from "./policy-document.ts";

/** A chain of documents made ready to decide: what `evaluatePolicy` reads. Immutable but for `verdicts` and `known`. */
export interface CompiledPolicy {
  /** The account's own, its parent's, and so on to the root; {@link DEFAULT_POLICY} last. */
  readonly documents: readonly CompiledDocument[];
  /** One for each account of the chain. Empty: nothing is known of the account, and everything is blocked. */
  readonly levels: readonly EffectiveLevel[];
  /** What detection may do, locks and defaults taken into account. */
  readonly detection: EffectiveDetection;
  /** Those of all levels; undefined: nothing is limited. */
  readonly limits: CompiledLimits | undefined;
  readonly stamp: PolicyStamp;
  /** Other numbering tables that a level was written under: where they read a number differently, that reading counts too. */
  readonly formerTables: readonly string[];
  /** What it has come to so far; `decide` adds to it. */
  readonly verdicts: VerdictPlace;
  /** The same at hand, where no rule speaks of single numbers or ranges; undefined: one does. */
  readonly known: KnownVerdicts | undefined;
}

/** Verdicts by the grounds of their findings, one after the other. */
export interface VerdictPlace {
  verdict: Verdict | undefined;
  readonly after: WeakMap<PolicyGround, VerdictPlace>;
}

/** What holds at one level: what it says itself, or else the nearest above it. */
export interface EffectiveLevel {
  readonly channels: BitSet;
  readonly channelsFrom: number;
  readonly listMode: ListMode;
  readonly listModeFrom: number;
  /** Fields that this level or one above it locks: its outcome in them binds those below. */
  readonly locked: BitSet;
  /** From this document on range rules are heard as they stand; those of lower ones only where they are stricter. */
  readonly rangesFrom: number;
  readonly exceptionsFrom: number;
}

const COMPILED_DEFAULT = compileDocument(DEFAULT_POLICY);
const DEFAULT_CHANNELS = channelSet(NUMBER_CHANNELS);

/**
 * Compiles a chain, `levels[0]` being the account's own. `compile` may remember documents: those of a parent stand in the
 * chain of each of its children.
 */
export function compilePolicy(
  levels: readonly PolicyLevel[],
  compile: (document: PolicyDocument) => CompiledDocument = compileDocument,
): CompiledPolicy {
  const documents = [...levels.map((level) => compile(level.document)), COMPILED_DEFAULT];
  const formerTables = [...new Set(levels.map((level) => level.numberingTable))].filter(
    (table) => table !== NUMBERING_TABLE,
  );
  const isPlain =
    formerTables.length === 0 && documents.every(({ ranges, exceptions }) => ranges.isEmpty && exceptions.isEmpty);
  return {
    documents,
    levels: levels.map((_, from) => effectiveLevel(documents, from)),
    detection: detectionOf(levels.map((level) => level.document)),
    limits: compileLimits(levels),
    stamp: { policy: levels[0]?.policy ?? "", revisions: levels.map((level) => level.revision) },
    formerTables,
    verdicts: { verdict: undefined, after: new WeakMap() },
    known: isPlain ? new KnownVerdicts() : undefined,
  };
}

function detectionOf(documents: readonly PolicyDocument[]): EffectiveDetection {
  const unanswered = effectiveUnanswered(documents);
  const detection = effectiveDetection(documents);
  return unanswered === undefined ? detection : { ...detection, unanswered };
}

function effectiveLevel(documents: readonly CompiledDocument[], level: number): EffectiveLevel {
  /** The document nearest to the root that locks the field, or the level itself: what is below a lock is not heard there. */
  const heardFrom = (field: PolicyField): number =>
    Math.max(
      level,
      documents.findLastIndex((document) => (document.locked & fieldBit(field)) !== 0),
    );
  const nearest = (from: number, says: (document: CompiledDocument) => boolean): number =>
    documents.findIndex((document, index) => index >= from && says(document));

  const channelsFrom = nearest(heardFrom("channels"), (document) => document.channels !== undefined);
  const listModeFrom = nearest(level, (document) => document.listMode !== undefined);
  return {
    channels: documents[channelsFrom]?.channels ?? DEFAULT_CHANNELS,
    channelsFrom: channelsFrom === -1 ? documents.length - 1 : channelsFrom,
    listMode: documents[listModeFrom]?.listMode ?? "allow_list",
    listModeFrom,
    locked: documents.slice(level).reduce((locked, document) => locked | document.locked, 0),
    rangesFrom: heardFrom("ranges"),
    exceptionsFrom: heardFrom("exceptions"),
  };
}
