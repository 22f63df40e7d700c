import {
  type AccountId,
  type EpochMilliseconds,
  type Incident,
  type Message,
  parseRecipient,
  type ReasonCode,
  type ReplayedMessage,
  type Verdict,
  type VerdictAction,
} from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BacktestTally, type Replay } from "./backtest-tally.ts";
import {
  consecutiveNumbers,
  counts,
  madeUpEvidence,
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
    expect(result.legitimate).toEqual({ block: 1, hold: 0, challenge: 0, inDoubt: 0, verifiedMessages: 2 });
    expect(result.destinations).toEqual([
      {
        destination: "TJ",
        messages: 3,
        stopped: { block: 2, hold: 0, challenge: 0 },
        verifiedMessages: 2,
        stoppedThoughVerified: 1,
        inDoubt: 0,
        spent: { USD: 500_000 },
        saved: { USD: 400_000 },
      },
      {
        destination: "NL",
        messages: 2,
        stopped: { block: 0, hold: 1, challenge: 1 },
        verifiedMessages: 0,
        stoppedThoughVerified: 0,
        inDoubt: 0,
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

  it("keeps rows whose recipient is no number apart: neither stopped nor saved", () => {
    const tally = new BacktestTally();
    tally.add(replayed({ price: USD(50_000) }));
    const rejected = { price: USD(10_000), convertedAt: START, to: "0612345678", line: 3 };
    tally.addRejected({ ...rejected, rejected: "number_not_international" });
    tally.addRejected({ ...rejected, to: "4.47911E+11", line: 9, rejected: "number_character" });
    tally.addRejected({ ...rejected, to: "4,47912E+11", line: 7, rejected: "number_character" });
    const result = tally.result(replay());
    expect(result.messages).toEqual({ total: 1, allow: 1, block: 0, hold: 0, challenge: 0 });
    expect(result.spent).toEqual({ USD: 50_000 });
    expect(result.saved).toEqual({});
    expect(result.legitimate.verifiedMessages).toBe(0);
    expect(result.rejected).toEqual({
      messages: 3,
      converted: 3,
      cost: { USD: 30_000 },
      reasons: [
        { reason: "scientific_notation", messages: 2, example: { line: 7, to: "4,47912E+11" } },
        { reason: "number_not_international", messages: 1, example: { line: 3, to: "0612345678" } },
      ],
    });
  });

  it("counts apart what numbers' own limit stopped, the most messages first", () => {
    const limited = { action: "challenge", reason: "number_unanswered", price: USD(10_000) } as const;
    const { numberLimit } = tallied([
      { ...limited, to: "+31612345678" },
      { ...limited, to: "+447400123456" },
      { ...limited, to: "+447400123456", converted: true },
      { action: "challenge", reason: "range_surge" },
    ]);
    expect(numberLimit).toEqual({
      messages: 3,
      numbers: 2,
      completed: 1,
      cost: { USD: 30_000 },
      worst: [
        { number: "+447400123456", messages: 2 },
        { number: "+31612345678", messages: 1 },
      ],
    });
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
    expect(found?.sentence).toMatch(/^9 of the last 11 new numbers in Tajikistan fell in \+992 001 23x xxx.*\.$/);
  });

  it("counts what went out to its range before anybody saw it, held messages as held, and pays for what leaked", () => {
    const incident = attackOn("+99200123", { number: 7, openedAt: at(60_000), lastSeenAt: at(100_000) });
    const attempt = (seconds: number, row: Row): Row => ({
      to: `+99200123${1_000 + seconds}`,
      at: START + seconds * 1_000,
      price: USD(100_000),
      ...row,
    });
    const [found] = tallied(
      [
        ...[0, 10, 20, 30, 40, 50].map((second) => attempt(second, { converted: second === 20 })),
        attempt(60, { action: "hold", incident: 7 }),
        attempt(70, { action: "challenge", incident: 7, converted: true }),
        attempt(80, { to: "+31612345678" }),
        attempt(90, {}),
        attempt(100, { action: "block", incident: 7 }),
      ],
      { incidents: [{ incident, pictures: noPictures() }] },
    ).incidents;
    expect(found).toMatchObject({ begunAt: START, leakedBeforeFirstStop: 6, stoppedThoughVerified: 1 });
    expect(found?.completedMicros).toBe(100_000);
    expect(found?.incident.counts).toEqual(
      counts({ attempts: 10, leaked: 6, converted: 1, held: 1, challenged: 1, blocked: 1 }, 300_000, 600_000),
    );
    const { line, funnel, rate } = found?.pictures ?? noPictures();
    expect(line.ticks.map(({ mark }) => mark).join(" ")).toBe(
      "leaked leaked converted leaked leaked leaked stopped stopped leaked stopped",
    );
    expect(funnel).toMatchObject({ requested: 10, sent: 7, converted: 1 });
    expect(rate.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(10);
  });

  it("does not call completions in an attack that may fake them users hit, and does so elsewhere", () => {
    const rows: Row[] = [
      { to: "+992001230001", incident: 7, action: "block", converted: true },
      { to: "+992001240001", incident: 8, action: "block", converted: true },
      { to: "+31612345678", converted: true },
    ];
    const pictures = noPictures();
    const { legitimate, destinations } = tallied(rows, {
      incidents: [
        { incident: attackOn("+99200123", { number: 7, pattern: "faked_completion" }), pictures },
        { incident: attackOn("+99200124", { number: 8 }), pictures },
      ],
    });
    expect(legitimate).toEqual({ block: 2, hold: 0, challenge: 0, inDoubt: 1, verifiedMessages: 3 });
    expect(destinations[0]).toMatchObject({ destination: "TJ", stoppedThoughVerified: 2, inDoubt: 1 });
  });

  it("comes before those with less money at risk", () => {
    const row = (prefix: string, incident: number, micros: number): Row => ({
      to: `${prefix}0001`,
      incident,
      action: "block",
      price: USD(micros),
    });
    const pictures = noPictures();
    const { incidents } = tallied([row("+99200123", 7, 5), row("+99200124", 8, 900)], {
      incidents: [
        { incident: attackOn("+99200123", { number: 7 }), pictures },
        { incident: attackOn("+99200124", { number: 8 }), pictures },
      ],
    });
    expect(incidents.map(({ incident }) => incident.number)).toEqual([8, 7]);
  });
});

function at(offset: number): EpochMilliseconds {
  return (START + offset) as EpochMilliseconds;
}

function attackOn(prefix: string, changes: Partial<Incident>): Incident {
  const scope = { type: "block", prefix, size: 10_000 } as const;
  return madeUpIncident({
    account: ACCOUNT,
    openedAt: START,
    evidence: madeUpEvidence({ scope, since: changes.openedAt ?? START, trials: 100, hits: 4 }),
    ranges: [{ scope, foundAt: START, containment: undefined }],
    ...changes,
  });
}

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

  it("completions that may be faked are called neither users hit nor faked", () => {
    const incident = attackOn("+99200123", { number: 2, pattern: "faked_completion", openedAt: START });
    const rows: Row[] = [...week, { price: USD(1), action: "block", incident: 2, converted: true }];
    const result = tallied(rows, { incidents: [{ incident, pictures: noPictures() }] });
    expect(result.remarks.map(({ code }) => code)).toEqual(["completions_in_doubt"]);
    expect(result.remarks[0]?.text).toMatch(
      /^1 message was stopped though verified, .* not counted as hit, and not as/,
    );
  });

  it("that outcomes stop, and when, where messages go on without them", () => {
    const hour = 3_600_000;
    const row = (index: number, known: boolean): Row => ({
      at: START + index * hour,
      price: USD(1),
      converted: known,
      delivered: known,
    });
    const rows = Array.from({ length: 100 }, (_, index) => row(index, index < 50));
    const result = tallied(rows);
    expect(result.file.convertedUntil).toBe("2026-11-05T05:12:00.000Z");
    expect(result.remarks.map(({ code }) => code)).toEqual(["outcomes_end", "deliveries_end"]);
    expect(result.remarks[0]?.text).toContain(
      "Verifications stop at 2026-11-05 05:12 UTC: until then 100 % of the messages were verified, of the 50 messages after it none.",
    );
    expect(tallied(rows.slice(0, 60)).remarks).toEqual([]);
  });

  it("few numbers that could not be read, with the reason, the first of them and what is right", () => {
    const tally = new BacktestTally();
    for (let row = 0; row < 200; row++) tally.add(replayed({ ...week[row % 2], at: START + row * 86_400_000 }));
    const rejected = { price: undefined, convertedAt: undefined, to: "0612345678", line: 3 };
    tally.addRejected({ ...rejected, rejected: "number_not_international" });
    expect(tally.result(replay()).remarks).toEqual([
      {
        code: "numbers_rejected",
        text: expect.stringMatching(
          /^1 of 201 recipient numbers \(0\.5 %\) could not be read and were left out: they have no plus .* \(line 3: "06123…"\); write a plus and/,
        ),
      },
    ]);
  });

  it("the reader's own come last", () => {
    expect(tallied(week, { remarks: [{ code: "assumed", text: "Times are UTC." }] }).remarks.at(-1)?.code).toBe(
      "assumed",
    );
  });
});
