import type {
  AccountId,
  Destination,
  EpochMilliseconds,
  Incident,
  ReasonCode,
  Scope,
  VerdictAction,
} from "@safeguard/core";
import fc from "fast-check";
import type { BacktestIncident, BacktestResult } from "../backtest-result.ts";
import { counts, madeUpEvidence, madeUpIncident, madeUpResult, START } from "./made-up-results.ts";

/** What must never stand in a page or on a terminal as it is. */
export const HOSTILE: readonly string[] = [
  '<script>alert("x")</script>',
  `"><img src=x onerror='alert(1)'>`,
  "</style><svg onload=alert(1)>",
  "\u001b[31mred\u001b[0m\u0007",
  "&lt;b&gt;",
  "{{7*7}}",
  "a".repeat(300),
  "名前 файл.csv",
];

const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 40 }));
const amounts = fc.dictionary(
  fc.oneof(fc.constantFrom("USD", "EUR", "XXX"), hostile),
  fc.integer({ min: 0, max: 2e12 }),
  { maxKeys: 3 },
);
const number = fc.nat({ max: 3_000_000 });
const at = fc.integer({ min: START - 1e8, max: START + 1e9 }).map((value) => value as EpochMilliseconds);
const destination = fc.constantFrom("TJ", "NL", "US", "881", "BV", "VC").map((code) => code as Destination);
const stops = fc.record({ block: number, hold: number, challenge: number });

const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc
    .tuple(fc.constantFrom("+99200", "+31612", "+1212"), fc.constantFrom(100, 1_000, 10_000, 100_000))
    .map(([start, size]): Scope => ({ type: "block", prefix: start.padEnd(13 - String(size).length, "5"), size })),
  fc.record({ type: fc.constant("new_blocks" as const), destination, size: fc.constantFrom(10_000, 100_000) }),
);

const nats = fc.double({ min: -20, max: 800, noNaN: true });

const evidence = fc
  .record({
    scope,
    trials: number,
    hits: number,
    share: nats,
    adjacency: nats,
    unanswered: nats,
    faked: nats,
    expectedShare: fc.double({ min: 1e-7, max: 1, noNaN: true }),
  })
  .map(madeUpEvidence);

const incident: fc.Arbitrary<Incident> = fc
  .record({
    number: fc.integer({ min: 1, max: 99_999 }),
    account: hostile.map((text) => text as AccountId),
    pattern: fc.constantFrom("number_block", "unanswered", "faked_completion", "many_blocks", "large_cluster"),
    destinations: fc.array(destination, { minLength: 1, maxLength: 5 }),
    openedAt: at,
    lastSeenAt: at,
    evidence,
    ranges: fc.array(
      scope.map((each) => ({
        scope: each,
        foundAt: START,
        containment: { scope: each, by: "detection" as const, action: "block" as const, from: START, until: START },
      })),
      { maxLength: 20 },
    ),
    counts: fc
      .record({
        attempts: number,
        leaked: number,
        converted: number,
        held: number,
        challenged: number,
        blocked: number,
        verified: number,
      })
      .map((changes) => counts(changes, 123_456_789, 4_567)),
    timeline: fc.array(
      fc.record({
        at,
        type: fc.constantFrom("opened", "range_found", "contained", "probed", "closed"),
        scope: fc.option(scope, { nil: undefined }),
      }),
      { maxLength: 20 },
    ),
  })
  .map(madeUpIncident);

const found: fc.Arbitrary<BacktestIncident> = fc
  .record({
    incident,
    sentence: hostile,
    offsets: fc.array(fc.nat({ max: 9_999 }), { maxLength: 30 }),
    marks: fc.array(fc.constantFrom("leaked", "converted", "stopped", "verified"), { minLength: 1, maxLength: 4 }),
    times: fc.array(at, { minLength: 1, maxLength: 30 }),
    begunAt: at,
    leakedBeforeFirstStop: number,
    stoppedThoughVerified: number,
    outcomesKnown: fc.boolean(),
    completedMicros: number,
    completionsInDoubt: fc.boolean(),
    ranges: fc.array(
      fc.record({
        scope,
        attempts: number,
        blocked: number,
        stopped: number,
        unanswered: number,
        completed: number,
        verified: number,
        completedEver: fc.oneof(fc.constant(0), number),
        costMicros: number,
        contained: fc.constantFrom("faked" as const, "unanswered" as const, undefined),
      }),
      { maxLength: 20 },
    ),
    buckets: fc.array(fc.record({ at, count: number }), { maxLength: 20 }),
    latency: fc.array(fc.nat({ max: 50 }), { maxLength: 6 }),
    ticksLeftOut: number,
  })
  .map(({ offsets, marks, times, buckets, latency, ticksLeftOut, ...rest }) => ({
    ...rest,
    pictures: {
      line: {
        prefix: "+99200123",
        size: 10_000,
        ticks: offsets.map((offset, index) => ({
          offset,
          at: times[index % times.length] ?? START,
          mark: marks[index % marks.length] ?? "stopped",
        })),
      },
      ticksLeftOut,
      funnel: {
        requested: 10,
        sent: 5,
        delivered: 5,
        converted: 0,
        baseline: { delivered: 0.9, converted: undefined },
      },
      latency: latency.map((count, index) => ({
        fromMs: index * 1_000,
        toMs: index === latency.length - 1 ? Number.POSITIVE_INFINITY : (index + 1) * 1_000,
        count,
        baselineShare: 0.1,
      })),
      rate: { bucketMs: 60_000, buckets: buckets.toSorted((a, b) => a.at - b.at), usualPerBucket: 0.3 },
    },
  }));

/** Results as no file would give them: every number out of proportion, every text an attack. */
export const anyResult: fc.Arbitrary<BacktestResult> = fc
  .record({
    name: hostile,
    badRows: number,
    badRowSamples: fc.array(fc.record({ line: number, reason: hostile }), { maxLength: 4 }),
    policyName: hostile,
    messages: fc.record({ total: number, allow: number, block: number, hold: number, challenge: number }),
    reasons: fc.array(
      fc.record({
        reason: fc.constantFrom<ReasonCode>("range_contained", "number_type_blocked", "destination_not_listed"),
        action: fc.constantFrom<VerdictAction>("allow", "block", "hold", "challenge"),
        messages: number,
        cost: amounts,
      }),
      { maxLength: 6 },
    ),
    destinations: fc.array(
      fc.record({
        destination,
        messages: number,
        stopped: stops,
        verifiedMessages: number,
        stoppedThoughVerified: number,
        inDoubt: number,
        spent: amounts,
        saved: amounts,
      }),
      { maxLength: 20 },
    ),
    spent: amounts,
    saved: amounts,
    unpriced: number,
    legitimate: fc.record({
      block: number,
      hold: number,
      challenge: number,
      inDoubt: number,
      verifiedMessages: number,
    }),
    incidents: fc.oneof(
      { arbitrary: fc.array(found, { maxLength: 4 }), weight: 6 },
      { arbitrary: fc.array(found, { minLength: 31, maxLength: 40 }), weight: 1 },
    ),
    rejected: fc.record({
      messages: number,
      converted: number,
      cost: amounts,
      reasons: fc.array(
        fc.record({
          reason: fc.constantFrom(
            "number_missing" as const,
            "scientific_notation" as const,
            "number_impossible" as const,
          ),
          messages: number,
          example: fc.record({ line: number, to: hostile }),
        }),
        { maxLength: 3 },
      ),
    }),
    numberLimit: fc.record({
      messages: number,
      numbers: number,
      completed: number,
      cost: amounts,
      worst: fc.array(fc.record({ number: fc.stringMatching(/^\+447400\d{6}$/), messages: number }), { maxLength: 5 }),
    }),
    remarks: fc.array(fc.record({ code: fc.constant("x"), text: hostile }), { maxLength: 3 }),
  })
  .map(({ name, badRows, badRowSamples, policyName, ...changes }) => {
    const made = madeUpResult(changes);
    return {
      ...made,
      file: { ...made.file, name, badRows, badRowSamples },
      policy: { ...made.policy, name: policyName },
    };
  });
