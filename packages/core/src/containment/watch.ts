import type { EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";

const HOUR_MS = 3_600_000;
/** What nobody asked for in so long is watched no more; a containment expires. */
export const IDLE_MS: number = 2 * HOUR_MS;

/** Why a range is contained. */
export type ContainmentCause = "unanswered" | "faked" | "operator";

/** A scope with evidence of an attack: its new numbers pass while there is credit. Plain state, changed by its owner. */
export interface Watch {
  /** Block key; for new blocks `newBlocksKey`. */
  readonly key: number;
  destination: number;
  readonly since: number;
  lastSeenAt: number;
  /** How long nobody had asked for it before the last one did. */
  quietFor: number;
  /** Until then nothing can have changed: no need to look again. */
  closedUntil: number;
  /** It has stopped something. */
  hasStopped: boolean;
  /** It stays shut until something that it let through is completed, or nobody asks for long. */
  firm: boolean;
  /** Messages that pass while it is shut: completions give them. */
  tokens: number;
  /** Looked at closely so often without any credit. */
  exhausted: number;
  /** Something that it let through may be completed until then: waiting may help. */
  hopefulUntil: number;
  /** More new numbers than pass without a proof, until then. */
  largeUntil: number;
  /** The number that was asked for last. */
  lastLine: number;
  /** The part of it in which nearly all its sessions are, where there is one: the rest of it is let alone. */
  majorityChild: number;
  /** Nobody ever verified in it: all of it is suspect. */
  isNew: boolean;
  /** Of new blocks: those that were asked for, and how many of the latest requests were for one not asked for before. */
  readonly asked: Set<number> | undefined;
  freshShare: number;
  /** When the last one passed as somebody else's that was not completed since; 0: it was. */
  openElsewhereAt: number;
  /** How many of these in a row were not completed. */
  unansweredElsewhere: number;
  contained:
    | { readonly cause: ContainmentCause; readonly from: number; until: number; conversions: number }
    | undefined;
  /** Number of the incident that it belongs to. */
  incident: number;
  evidence: Evidence;
}

export function newWatch(key: number, destination: number, at: number, evidence: Evidence): Watch {
  return {
    key,
    destination,
    since: at,
    lastSeenAt: at,
    quietFor: 0,
    closedUntil: 0,
    hasStopped: false,
    firm: false,
    tokens: 0,
    exhausted: 0,
    hopefulUntil: 0,
    lastLine: 0,
    largeUntil: 0,
    majorityChild: 0,
    isNew: false,
    asked: key < 0 ? new Set() : undefined,
    freshShare: 1,
    openElsewhereAt: 0,
    unansweredElsewhere: 0,
    contained: undefined,
    incident: 0,
    evidence,
  };
}

export function copyWatch(watch: Watch): Watch {
  return {
    ...watch,
    asked: watch.asked === undefined ? undefined : new Set(watch.asked),
    contained: watch.contained === undefined ? undefined : { ...watch.contained },
  };
}

/** What an operator contains needs none. */
export function noEvidence(scope: Scope, at: EpochMilliseconds): Evidence {
  return {
    scope,
    since: at,
    counts: { sessions: 0, sent: 0, converted: 0, pending: 0, unanswered: 0, stopped: 0 },
    trials: 0,
    hits: 0,
    expectedShare: 0,
    share: 0,
    adjacency: 0,
    unanswered: 0,
    faked: 0,
    expectedConversion: 0,
    total: 0,
    threshold: 0,
    credit: 0,
  };
}

/** Blocks that are remembered of a watch on new blocks. */
const MOST_ASKED = 4_096;
const LEAST_ASKED = 3;
const FRESH_WEIGHT = 0.08;
const FRESH_SHARE = 0.75;
/** One that is not completed keeps the others back for so long, the next twice as long, and so on. */
const ELSEWHERE_WAIT_MS = HOUR_MS / 2;
const LONGEST_ELSEWHERE_WAIT_MS = 8 * HOUR_MS;

/**
 * Counts a request for a block under a watch on new blocks. True: the attack keeps to blocks that were asked for before, and
 * this is another one, so somebody else's.
 */
export function isElsewhere(watch: Watch, block: number, at: number): boolean {
  const { asked } = watch;
  if (asked === undefined) return false;
  const fresh = !asked.has(block);
  watch.freshShare += FRESH_WEIGHT * (Number(fresh) - watch.freshShare);
  if (fresh && asked.size < MOST_ASKED) asked.add(block);
  const elsewhere = fresh && asked.size > LEAST_ASKED && watch.freshShare < FRESH_SHARE;
  if (!elsewhere) return false;
  if (watch.openElsewhereAt === 0) watch.unansweredElsewhere = 0;
  else {
    const wait = Math.min(ELSEWHERE_WAIT_MS * 2 ** watch.unansweredElsewhere, LONGEST_ELSEWHERE_WAIT_MS);
    if (at - watch.openElsewhereAt < wait) return false;
    watch.unansweredElsewhere++;
  }
  watch.openElsewhereAt = at;
  return true;
}
