import {
  type AccountId,
  type AttemptMark,
  type Destination,
  type EpochMilliseconds,
  type Evidence,
  explainEvidence,
  type Incident,
  type IncidentCounts,
  type IncidentEntry,
  type IncidentPictures,
  type NumberTick,
  type ReasonCode,
  type Scope,
} from "@safeguard/core";
import { destinationName } from "../../policies/destination-names.ts";
import type { BacktestIncident, BacktestRange, BacktestResult } from "../backtest-result.ts";

/** 2026-11-03T04:12:00Z. */
export const START: EpochMilliseconds = Date.UTC(2026, 10, 3, 4, 12) as EpochMilliseconds;
const MINUTE = 60_000;
const TJ = "TJ" as Destination;

/** A week of traffic with three attacks: 1,000 numbers in a row, faked verifications, and 40 slow ranges. */
export function madeUpResult(changes: Partial<BacktestResult> = {}): BacktestResult {
  return {
    version: 1,
    file: {
      name: "traffic.csv",
      format: "traffic_csv",
      rows: 24_350,
      badRows: 2,
      badRowSamples: [
        { line: 17, reason: 'time "yesterday" is no time; write it as 2026-11-03T04:12:00Z' },
        { line: 204, reason: "it has 7 fields, the header 9" },
      ],
      sorted: true,
      from: "2026-11-01T00:00:12.000Z",
      until: "2026-11-08T00:00:00.000Z",
      delivered: 21_904,
      converted: 14_120,
      convertedUntil: undefined,
    },
    rejected: { messages: 0, converted: 0, cost: {}, reasons: [] },
    policy: { name: "default", falseBlockBudget: 1e-5, detection: "enforce" },
    messages: { total: 24_348, allow: 18_962, block: 5_061, hold: 38, challenge: 287 },
    reasons: [
      { reason: "destination_allowed", action: "allow", messages: 18_962, cost: { USD: 1_604_200_000 } },
      { reason: "range_contained", action: "block", messages: 5_041, cost: { USD: 1_811_300_000 } },
      { reason: "large_cluster", action: "challenge", messages: 287, cost: { USD: 129_437_000 } },
      { reason: "range_surge", action: "hold", messages: 38, cost: { USD: 12_540_000 } },
      { reason: "number_type_blocked" as ReasonCode, action: "block", messages: 20, cost: { USD: 1_900_000 } },
    ],
    destinations: [
      destination("TJ", 2_390, 1_951, 212, 0, 1_078_000_000, 880_000_000),
      destination("AZ", 3_120, 2_487, 2_890, 2_466, 1_020_000_000, 813_000_000),
      destination("ID", 3_800, 948, 1_770, 1, 1_368_000_000, 341_000_000),
      destination("NL", 8_904, 0, 5_640, 0, 792_456_000, 0),
      destination("GB", 6_134, 0, 3_608, 0, 300_921_000, 0),
    ],
    spent: { USD: 4_559_377_000 },
    saved: { USD: 1_955_177_000 },
    unpriced: 0,
    legitimate: { block: 2_466, hold: 0, challenge: 1, inDoubt: 2_466, verifiedMessages: 14_120 },
    incidents: [consecutiveNumbers(), fakedVerifications(), slowRanges()],
    numberLimit: {
      messages: 320,
      numbers: 14,
      completed: 2,
      cost: { USD: 13_440_000 },
      worst: [
        { number: "+447400123456", messages: 120 },
        { number: "+447400999888", messages: 1 },
      ],
    },
    remarks: [
      {
        code: "completions_in_doubt",
        text: "2,466 messages were stopped though verified, in attacks that fake their verifications.",
      },
      { code: "bad_rows", text: "2 rows could not be read and were left out." },
    ],
    elapsedMs: 412,
    rowsPerSecond: 59_100,
    ...changes,
  };
}

/** One number after the other, one each 3 seconds; stopped from the sixth on. */
export function consecutiveNumbers(): BacktestIncident {
  const scope: Scope = { type: "block", prefix: "+99200123", size: 10_000 };
  const ticks: NumberTick[] = Array.from({ length: 1_000 }, (_, at) =>
    tick(4_000 + at, START + at * 3_000, at < 5 ? "leaked" : "stopped"),
  );
  for (const [at, offset] of [310, 1_905, 7_240, 9_011].entries()) {
    ticks.push(tick(offset, START - 40 * MINUTE + at * 21 * MINUTE, "verified"));
  }
  const evidence = madeUpEvidence({
    scope,
    trials: 11,
    hits: 9,
    expectedShare: 1 / 2_134,
    share: Math.log(3.1e7),
    adjacency: Math.log(140),
    unanswered: Math.log(54),
    counts: { sessions: 9, sent: 5, converted: 0, pending: 1, unanswered: 4, stopped: 4 },
  });
  return {
    incident: madeUpIncident({
      number: 1,
      pattern: "number_block",
      destinations: [TJ],
      ranges: [{ scope, foundAt: at(15_000), containment: containment(scope, 18_000, 130) }],
      evidence,
      lastSeenAt: at(2_997_000),
      counts: counts({ attempts: 1_004, leaked: 5, held: 6, blocked: 989, verified: 4 }, 449_000_000, 2_255_000),
      timeline: [
        entry(15_000, "opened", undefined),
        entry(15_000, "range_found", scope),
        entry(18_000, "contained", scope),
        entry(918_000, "probed", scope),
        entry(1_800_000, "renewed", scope),
        entry(10_200_000, "expired", scope),
        entry(10_200_000, "closed", undefined),
      ],
    }),
    sentence: sentence(evidence),
    pictures: {
      line: { prefix: "+99200123", size: 10_000, ticks: inTime(ticks) },
      ticksLeftOut: 0,
      funnel: { requested: 1_000, sent: 5, delivered: 5, converted: 0, baseline: { delivered: 0.91, converted: 0.58 } },
      latency: latency([0, 0, 0, 0, 0, 0]),
      rate: {
        bucketMs: 5 * MINUTE,
        buckets: Array.from({ length: 24 }, (_, at) => ({
          at: (START - 30 * MINUTE + at * 5 * MINUTE) as EpochMilliseconds,
          count: at >= 6 && at < 16 ? 100 : at === 3 || at === 19 ? 1 : 0,
        })),
        usualPerBucket: 0.03,
      },
    },
    begunAt: START,
    leakedBeforeFirstStop: 5,
    stoppedThoughVerified: 0,
    outcomesKnown: true,
    completedMicros: 0,
    completionsInDoubt: false,
    ranges: [
      range(scope, {
        attempts: 1_000,
        stopped: 995,
        blocked: 989,
        unanswered: 1_000,
        verified: 4,
        costMicros: 451_255_000,
      }),
    ],
  };
}

/** Numbers at random in one block, each verified after exactly 9 seconds. */
export function fakedVerifications(): BacktestIncident {
  const scope: Scope = { type: "block", prefix: "+9945012", size: 100_000 };
  const began = START + 26 * 60 * MINUTE;
  const ticks = Array.from({ length: 900 }, (_, at) =>
    tick((at * 7_919 + 13) % 100_000, began + at * 9_000, at < 11 ? "converted" : at === 40 ? "leaked" : "stopped"),
  );
  const evidence = madeUpEvidence({
    scope,
    since: began as EpochMilliseconds,
    trials: 31,
    hits: 14,
    expectedShare: 1 / 180,
    share: Math.log(4.2e5),
    adjacency: 0,
    unanswered: -7,
    faked: Math.log(2_100),
    counts: { sessions: 14, sent: 12, converted: 11, pending: 1, unanswered: 0, stopped: 2 },
  });
  return {
    incident: madeUpIncident({
      number: 2,
      pattern: "faked_completion",
      destinations: ["AZ" as Destination],
      openedAt: (began + 90_000) as EpochMilliseconds,
      lastSeenAt: (began + 900 * 9_000) as EpochMilliseconds,
      ranges: [
        {
          scope,
          foundAt: (began + 90_000) as EpochMilliseconds,
          containment: {
            scope,
            by: "detection",
            action: "block",
            from: (began + 99_000) as EpochMilliseconds,
            until: at(2e8),
          },
        },
      ],
      evidence,
      counts: counts(
        { attempts: 2_500, leaked: 1, converted: 12, challenged: 280, blocked: 2_207 },
        813_249_000,
        327_000,
      ),
      timeline: [
        { at: (began + 90_000) as EpochMilliseconds, type: "opened", scope: undefined },
        { at: (began + 90_000) as EpochMilliseconds, type: "range_found", scope },
        { at: (began + 99_000) as EpochMilliseconds, type: "contained", scope },
      ],
    }),
    sentence: sentence(evidence),
    pictures: {
      line: { prefix: "+9945012", size: 100_000, ticks },
      ticksLeftOut: 1_600,
      funnel: {
        requested: 2_500,
        sent: 13,
        delivered: 13,
        converted: 12,
        baseline: { delivered: 0.88, converted: 0.54 },
      },
      latency: latency([0, 12, 0, 0, 0, 0]),
      rate: {
        bucketMs: 15 * MINUTE,
        buckets: Array.from({ length: 20 }, (_, at) => ({
          at: (began - 60 * MINUTE + at * 15 * MINUTE) as EpochMilliseconds,
          count: at < 4 ? 2 : at < 14 ? 246 + ((at * 37) % 11) : 3,
        })),
        usualPerBucket: 2.2,
      },
    },
    begunAt: began as EpochMilliseconds,
    leakedBeforeFirstStop: 11,
    stoppedThoughVerified: 2_466,
    outcomesKnown: true,
    completedMicros: 3_924_000,
    completionsInDoubt: true,
    ranges: [
      range(scope, {
        attempts: 2_500,
        stopped: 2_487,
        blocked: 2_207,
        unanswered: 22,
        completed: 2_478,
        completedEver: 2_478,
        costMicros: 817_500_000,
        contained: "faked",
      }),
    ],
  };
}

/** 40 ranges of one country, each asked for a few times an hour, over two days. */
export function slowRanges(): BacktestIncident {
  const scopes: readonly Scope[] = Array.from({ length: 40 }, (_, at) => ({
    type: "block",
    prefix: `+62812${String(1_000 + at * 137).slice(0, 4)}`,
    size: 1_000,
  }));
  const scope: Scope = { type: "new_blocks", destination: "ID" as Destination, size: 10_000 };
  const began = START + 60 * 60 * MINUTE;
  const evidence = madeUpEvidence({
    scope,
    since: began as EpochMilliseconds,
    trials: 96,
    hits: 71,
    expectedShare: 0.14,
    share: Math.log(8.8e21),
    unanswered: Math.log(9_600),
    counts: { sessions: 71, sent: 22, converted: 0, pending: 4, unanswered: 18, stopped: 49 },
  });
  return {
    incident: madeUpIncident({
      number: 3,
      pattern: "many_blocks",
      destinations: ["ID" as Destination],
      openedAt: (began + 40 * MINUTE) as EpochMilliseconds,
      lastSeenAt: (began + 47 * 60 * MINUTE) as EpochMilliseconds,
      ranges: [
        {
          scope,
          foundAt: (began + 40 * MINUTE) as EpochMilliseconds,
          containment: {
            scope,
            by: "detection",
            action: "block",
            from: (began + 41 * MINUTE) as EpochMilliseconds,
            until: at(3e8),
          },
        },
        ...scopes.map((each, index) => ({
          scope: each,
          foundAt: (began + (45 + index * 20) * MINUTE) as EpochMilliseconds,
          containment: index === 7 ? undefined : containment(each, 0, 3_000),
        })),
      ],
      evidence,
      counts: counts(
        { attempts: 972, leaked: 22, challenged: 7, held: 32, blocked: 909, verified: 2 },
        341_280_000,
        7_920_000,
      ),
      timeline: [
        { at: (began + 40 * MINUTE) as EpochMilliseconds, type: "opened", scope: undefined },
        { at: (began + 41 * MINUTE) as EpochMilliseconds, type: "contained", scope },
        ...scopes.map(
          (each, index): IncidentEntry => ({
            at: (began + (45 + index * 20) * MINUTE) as EpochMilliseconds,
            type: "range_found",
            scope: each,
          }),
        ),
      ],
    }),
    sentence: sentence(evidence),
    pictures: {
      line: {
        prefix: "+628121000",
        size: 1_000,
        ticks: Array.from({ length: 24 }, (_, at) =>
          tick((at * 389) % 1_000, began + at * 110 * MINUTE, at < 2 ? "leaked" : "stopped"),
        ),
      },
      ticksLeftOut: 948,
      funnel: {
        requested: 970,
        sent: 22,
        delivered: 19,
        converted: 0,
        baseline: { delivered: 0.84, converted: undefined },
      },
      latency: latency([0, 0, 0, 0, 0, 0]),
      rate: {
        bucketMs: 60 * MINUTE,
        buckets: Array.from({ length: 60 }, (_, at) => ({
          at: (began - 6 * 60 * MINUTE + at * 60 * MINUTE) as EpochMilliseconds,
          count: at < 6 ? 4 : at < 53 ? 17 + ((at * 31) % 9) : 5,
        })),
        usualPerBucket: 4.4,
      },
    },
    begunAt: began as EpochMilliseconds,
    leakedBeforeFirstStop: 22,
    stoppedThoughVerified: 1,
    outcomesKnown: true,
    completedMicros: 0,
    completionsInDoubt: false,
    ranges: [
      range(scope, { attempts: 970, stopped: 948, blocked: 909, unanswered: 969, completed: 1, completedEver: 1 }),
      ...scopes.map((each, index) =>
        index === 7
          ? range(each, { attempts: 6, unanswered: 6 })
          : range(each, { attempts: 24, stopped: 23, blocked: 22, unanswered: 24 }),
      ),
    ],
  };
}

export function range(scope: Scope, changes: Partial<BacktestRange> = {}): BacktestRange {
  return {
    scope,
    attempts: 0,
    blocked: 0,
    stopped: 0,
    unanswered: 0,
    completed: 0,
    verified: 0,
    completedEver: 0,
    costMicros: 0,
    contained: undefined,
    ...changes,
  };
}

export function madeUpEvidence(changes: Partial<Evidence>): Evidence {
  const evidence: Evidence = {
    scope: { type: "block", prefix: "+99200123", size: 10_000 },
    since: START,
    counts: { sessions: 0, sent: 0, converted: 0, pending: 0, unanswered: 0, stopped: 0 },
    trials: 0,
    hits: 0,
    expectedShare: 0.001,
    share: 0,
    adjacency: 0,
    unanswered: 0,
    faked: 0,
    expectedConversion: 0.556,
    total: 0,
    threshold: Math.log(1e6),
    credit: 0,
    ...changes,
  };
  const { share, adjacency, unanswered, faked } = evidence;
  return { ...evidence, total: share + adjacency + Math.max(unanswered, faked, 0) - 2.3 };
}

export function madeUpIncident(changes: Partial<Incident>): Incident {
  return {
    account: "acc_00000000000000000000" as AccountId,
    number: 1,
    state: "closed",
    pattern: "number_block",
    openedAt: at(15_000),
    lastSeenAt: at(60_000),
    closedAt: undefined,
    destinations: [TJ],
    ranges: [],
    evidence: madeUpEvidence({}),
    counts: counts({}, 0, 0),
    timeline: [],
    ...changes,
  };
}

export function noPictures(): IncidentPictures {
  return {
    line: { prefix: "+99200123", size: 10_000, ticks: [] },
    ticksLeftOut: 0,
    funnel: {
      requested: 0,
      sent: 0,
      delivered: 0,
      converted: 0,
      baseline: { delivered: undefined, converted: undefined },
    },
    latency: [],
    rate: { bucketMs: MINUTE, buckets: [], usualPerBucket: 0 },
  };
}

export function counts(changes: Partial<IncidentCounts>, savedMicros: number, lostMicros: number): IncidentCounts {
  return {
    attempts: 0,
    leaked: 0,
    converted: 0,
    held: 0,
    challenged: 0,
    blocked: 0,
    wouldStop: 0,
    verified: 0,
    money: { currency: "USD", lostMicros, savedMicros, unpriced: 0 },
    ...changes,
  };
}

function sentence(evidence: Evidence): string {
  return `${explainEvidence(evidence, { destination: destinationName })}.`;
}

function tick(offset: number, when: number, mark: AttemptMark): NumberTick {
  return { offset, at: when as EpochMilliseconds, mark };
}

function at(offset: number): EpochMilliseconds {
  return (START + offset) as EpochMilliseconds;
}

function entry(offset: number, type: IncidentEntry["type"], scope: Scope | undefined): IncidentEntry {
  return { at: at(offset), type, scope };
}

function containment(scope: Scope, offset: number, minutes: number) {
  return { scope, by: "detection", action: "block", from: at(offset), until: at(offset + minutes * MINUTE) } as const;
}

function latency(attack: readonly number[]): IncidentPictures["latency"] {
  const bounds = [0, 5_000, 10_000, 20_000, 40_000, 80_000, Number.POSITIVE_INFINITY];
  const usual = [0.04, 0.26, 0.38, 0.2, 0.08, 0.04];
  return attack.map((count, at) => ({
    fromMs: bounds[at] ?? 0,
    toMs: bounds[at + 1] ?? Number.POSITIVE_INFINITY,
    count,
    baselineShare: usual[at] ?? 0,
  }));
}

function inTime(ticks: readonly NumberTick[]): readonly NumberTick[] {
  return ticks.toSorted((a, b) => a.at - b.at);
}

function destination(
  code: string,
  messages: number,
  blocked: number,
  verifiedMessages: number,
  stoppedThoughVerified: number,
  spent: number,
  saved: number,
): BacktestResult["destinations"][number] {
  return {
    destination: code,
    messages,
    stopped: { block: blocked, hold: 0, challenge: 0 },
    verifiedMessages,
    stoppedThoughVerified,
    inDoubt: code === "AZ" ? stoppedThoughVerified : 0,
    spent: { USD: spent },
    saved: { USD: saved },
  };
}
