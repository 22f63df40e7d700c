import {
  type AccountId,
  type EpochMilliseconds,
  type Message,
  parseRecipient,
  type ReasonCode,
  type ReplayedMessage,
  type Verdict,
  type VerdictAction,
} from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BacktestTally, type RejectedMessage, type Replay } from "./backtest-tally.ts";
import {
  consecutiveNumbers,
  counts,
  fakedVerifications,
  madeUpIncident,
  noPictures,
  START,
} from "./testing/made-up-results.ts";
import { stoppedOf } from "./wording.ts";

const ACCOUNT = "acc_00000000000000000000" as AccountId;

interface Row {
  readonly to?: string;
  readonly at?: number;
  readonly action?: VerdictAction;
  readonly would?: VerdictAction;
  readonly reason?: ReasonCode;
  readonly incident?: number;
  readonly price?: { readonly micros: number; readonly currency: string } | undefined;
  readonly delivered?: boolean;
  readonly converted?: boolean;
}

function replayed(row: Row): ReplayedMessage {
  const {
    to = "+992001230000",
    at = START,
    action = "allow",
    reason = "destination_allowed",
    converted,
    delivered,
  } = row;
  const parsed = parseRecipient(to, "csv");
  if (!parsed.ok) throw new Error(`${to} is no number`);
  const message: Message = {
    account: ACCOUNT,
    recipient: parsed.recipient,
    originator: "",
    channel: "sms",
    purpose: "otp",
    at: at as EpochMilliseconds,
    ...(row.price !== undefined && { price: row.price }),
  };
  const evidence = consecutiveNumbers().incident.evidence;
  const would = row.would ?? action;
  const verdict: Verdict = {
    action: "allow",
    reason,
    findings:
      row.incident === undefined
        ? []
        : [
            {
              type: "detection",
              opinion: { action: "block", reason: "range_unanswered", evidence },
              mode: "enforce",
              score: 60,
              incident: row.incident,
            },
          ],
    score: 0,
    policy: { policy: "default", revisions: [1] },
    degraded: [],
    detection: "filter",
  };
  const later = (at + 5_000) as EpochMilliseconds;
  return {
    recorded: {
      position: 0,
      message,
      deliveredAt: delivered === true ? later : undefined,
      convertedAt: converted === true ? later : undefined,
    },
    verdict,
    decidedAt: message.at,
    action,
    would,
  };
}

function replay(changes: Partial<Replay> = {}): Replay {
  return {
    file: { name: "t.csv", format: "traffic_csv", rows: 10, badRows: 0, badRowSamples: [], sorted: true },
    policy: { name: "default", falseBlockBudget: 1e-5, detection: "enforce" },
    incidents: [],
    elapsedMs: 100,
    ...changes,
  };
}

function tallied(rows: readonly Row[], changes: Partial<Replay> = {}) {
  const tally = new BacktestTally();
  for (const row of rows) tally.add(replayed(row));
  return tally.result(replay(changes));
}

const USD = (micros: number) => ({ micros, currency: "USD" });

describe("what a backtest comes to", () => {
  it("counts by action, reason, destination and money", () => {
    const result = tallied([
      { price: USD(100_000), converted: true, delivered: true },
      { price: USD(200_000), action: "block", reason: "range_contained" },
      { price: USD(200_000), action: "block", reason: "range_contained", converted: true },
      { price: { micros: 50_000, currency: "eur" }, action: "hold", reason: "range_surge", to: "+31612345678" },
      { action: "challenge", reason: "large_cluster", to: "+31612345678", at: START + 60_000 },
    ]);
    expect(result.messages).toEqual({ total: 5, allow: 1, block: 2, hold: 1, challenge: 1 });
    expect(result.reasons[0]).toEqual({
      reason: "range_contained",
      action: "block",
      messages: 2,
      cost: { USD: 400_000 },
    });
    expect(result.spent).toEqual({ EUR: 50_000, USD: 500_000 });
    expect(result.saved).toEqual({ EUR: 50_000, USD: 400_000 });
    expect(result.unpriced).toBe(1);
    expect(result.legitimate).toEqual({ block: 1, hold: 0, challenge: 0, verifiedMessages: 2 });
    expect(result.destinations).toEqual([
      {
        destination: "TJ",
        messages: 3,
        stopped: { block: 2, hold: 0, challenge: 0 },
        verifiedMessages: 2,
        stoppedThoughVerified: 1,
        spent: { USD: 500_000 },
        saved: { USD: 400_000 },
      },
      {
        destination: "NL",
        messages: 2,
        stopped: { block: 0, hold: 1, challenge: 1 },
        verifiedMessages: 0,
        stoppedThoughVerified: 0,
        spent: { EUR: 50_000 },
        saved: { EUR: 50_000 },
      },
    ]);
    expect(result.file).toMatchObject({
      from: "2026-11-03T04:12:00.000Z",
      until: "2026-11-03T04:13:00.000Z",
      delivered: 1,
      converted: 2,
    });
    expect(result.rowsPerSecond).toBe(100);
  });

  it("counts what detection would do where it only monitors, by its own reason", () => {
    const result = tallied([{ action: "allow", would: "block", incident: 1 }]);
    expect(result.messages).toMatchObject({ allow: 0, block: 1 });
    expect(result.reasons).toEqual([{ reason: "range_unanswered", action: "block", messages: 1, cost: {} }]);
  });

  it("counts rows whose recipient is no number as blocked", () => {
    const tally = new BacktestTally();
    const rejected: RejectedMessage = { at: START, price: USD(10_000), deliveredAt: undefined, convertedAt: undefined };
    tally.addRejected(rejected);
    const result = tally.result(replay());
    expect(result.messages).toMatchObject({ total: 1, block: 1 });
    expect(result.reasons).toEqual([
      { reason: "number_rejected", action: "block", messages: 1, cost: { USD: 10_000 } },
    ]);
    expect(result.destinations).toEqual([]);
  });

  it("takes whatever a file calls a currency, and no more of it than there are currencies", () => {
    const odd = ["__proto__", "", "US$", "constructor", "dollars and cents"];
    const result = tallied(odd.map((currency) => ({ price: { micros: 1, currency } })));
    expect(result.spent).toEqual({ XXX: 5 });
  });

  it("of every list of messages is the same as counting them one by one", () => {
    const action = fc.constantFrom<VerdictAction>("allow", "block", "hold", "challenge");
    const row = fc.record({
      action,
      converted: fc.boolean(),
      to: fc.constantFrom("+992001230000", "+31612345678", "+447400123456"),
      price: fc.option(
        fc.record({ micros: fc.integer({ min: 0, max: 1e6 }), currency: fc.constantFrom("USD", "usd", "EUR") }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const result = tallied(rows);
        const stopped = rows.filter((each) => each.action !== "allow");
        const sum = (list: typeof rows) => list.reduce((total, { price }) => total + (price?.micros ?? 0), 0);
        const total = (amounts: Readonly<Record<string, number>>) => Object.values(amounts).reduce((a, b) => a + b, 0);
        expect(total(result.spent)).toBe(sum(rows));
        expect(total(result.saved)).toBe(sum(stopped));
        expect(stoppedOf(result.messages)).toBe(stopped.length);
        expect(stoppedOf(result.legitimate)).toBe(stopped.filter(({ converted }) => converted).length);
        expect(result.destinations.reduce((all, { messages }) => all + messages, 0)).toBe(rows.length);
        expect(result.reasons.reduce((all, { messages }) => all + messages, 0)).toBe(rows.length);
      }),
    );
  });
});

describe("an incident in the result", () => {
  it("has its sentence, ended as a sentence", () => {
    const { incident, pictures } = consecutiveNumbers();
    const [found] = tallied([], { incidents: [{ incident, pictures }] }).incidents;
    expect(found?.sentence).toMatch(/^9 of the last 11 new numbers in Tajikistan fell in \+992 00 123 xxxx.*\.$/);
  });

  it("leaked what its counts had when the first message was stopped", () => {
    const incidents = [{ incident: madeUpIncident({ number: 7 }), pictures: noPictures() }];
    let leaked = 5;
    const tally = new BacktestTally({
      incidentNow: (account, number) =>
        account === ACCOUNT && number === 7
          ? madeUpIncident({ number, counts: counts({ leaked, converted: 2 }, 0, 0) })
          : undefined,
    });
    tally.add(replayed({ incident: 7 }));
    tally.add(replayed({ incident: 7, action: "block" }));
    leaked = 50;
    tally.add(replayed({ incident: 7, action: "block", converted: true }));
    const [found] = tally.result(replay({ incidents })).incidents;
    expect(found).toMatchObject({ leakedBeforeFirstStop: 7, stoppedThoughVerified: 1 });
  });

  it("leaked what its pictures show before the first stop, where nobody kept its counts", () => {
    const { incident, pictures } = fakedVerifications();
    const [found] = tallied([], { incidents: [{ incident, pictures }] }).incidents;
    expect(found?.leakedBeforeFirstStop).toBe(11);
  });
});

describe("remarks", () => {
  const codes = (rows: readonly Row[], changes: Partial<Replay> = {}): readonly string[] =>
    tallied(rows, changes).remarks.map(({ code }) => code);
  const week = [
    { price: USD(1), converted: true, delivered: true },
    { price: USD(1), at: START + 7 * 86_400_000 },
  ];

  it("there are none where all is known", () => expect(codes(week)).toEqual([]));

  it.each<[string, readonly Row[], Partial<Replay>]>([
    ["empty", [], {}],
    ["outcomes_missing", week.map((row) => ({ ...row, converted: false })), {}],
    ["deliveries_missing", week.map((row) => ({ ...row, delivered: false })), {}],
    ["no_prices", week.map((row) => ({ ...row, price: undefined })), {}],
    ["some_prices_missing", [...week, { price: undefined }], {}],
    ["short_file", week.slice(0, 1), {}],
    ["unsorted", week, { file: { ...replay().file, sorted: false } }],
    ["bad_rows", week, { file: { ...replay().file, badRows: 3 } }],
    ["detection_off", week, { policy: { ...replay().policy, detection: "off" } }],
  ])("%s", (code, rows, changes) => expect(codes(rows, changes)).toEqual([code]));

  it("faked verifications are not called real users", () => {
    const { incident, pictures } = fakedVerifications();
    const rows: Row[] = [...week, { price: USD(1), action: "block", incident: 2, converted: true }];
    const result = tallied(rows, { incidents: [{ incident, pictures }] });
    expect(result.remarks).toEqual([
      {
        code: "faked_completions",
        text: "1 message was stopped though verified, in attacks whose verifications look faked. They are not counted as real users hit.",
      },
    ]);
  });

  it("the reader's own come last", () => {
    expect(tallied(week, { remarks: [{ code: "assumed", text: "Times are UTC." }] }).remarks.at(-1)?.code).toBe(
      "assumed",
    );
  });
});
