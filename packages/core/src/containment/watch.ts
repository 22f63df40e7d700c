import type { EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";
import { newPace, type Pace } from "./pace.ts";
import { copyTurnedAway, nobodyTurnedAway, type TurnedAway } from "./turned-away.ts";

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
  /** Where the evidence was found: here, in the block that it goes on from, or in all new blocks. */
  readonly origin: number;
  readonly since: number;
  lastSeenAt: number;
  readonly pace: Pace;
  /** How long the attack had paused before the last one asked. */
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
  /** Messages to new numbers that passed since `passedSince`: an hour at most. */
  passed: number;
  passedSince: number;
  /** More new numbers than pass without a proof, until then. */
  largeUntil: number;
  /** The number that was asked for last. */
  lastLine: number;
  /** The part of it in which nearly all its sessions are, where there is one: the rest of it is let alone. */
  majorityChild: number;
  /** Nobody ever verified in it: all of it is suspect. */
  isNew: boolean;
  /**
   * Of new blocks: those of 10,000 that were asked for, each with the first number, and how many of them lie in each of
   * 100,000; and how many of the latest requests were for one not asked for before.
   */
  readonly asked: Map<number, number> | undefined;
  freshShare: number;
  readonly turnedAway: TurnedAway;
  /** With so many numbers turned away its evidence is looked at again. */
  lookFrom: number;
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
    origin: key,
    since: at,
    lastSeenAt: at,
    pace: newPace(at),
    quietFor: 0,
    closedUntil: 0,
    hasStopped: false,
    firm: false,
    tokens: 0,
    exhausted: 0,
    hopefulUntil: 0,
    lastLine: 0,
    passed: 0,
    passedSince: at,
    largeUntil: 0,
    majorityChild: 0,
    isNew: false,
    asked: key < 0 ? new Map() : undefined,
    freshShare: 1,
    turnedAway: nobodyTurnedAway(),
    lookFrom: 0,
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
    asked: watch.asked === undefined ? undefined : new Map(watch.asked),
    pace: { ...watch.pace },
    turnedAway: copyTurnedAway(watch.turnedAway),
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
