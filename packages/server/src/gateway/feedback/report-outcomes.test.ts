import type { E164, EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { heardJournal } from "../../store/heard-journal.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import { ACME, at, decisionMade, NOON, OTHER } from "../../store/testing/sample-records.ts";
import type { MessageId } from "../message-id.ts";
import { OUTCOME_KINDS, type Outcome, type OutcomeKind, outcomeOf } from "./outcome.ts";
import type { OutcomeClaim, OutcomeReporter, Outcomes } from "./outcomes.ts";
import { createOutcomes } from "./report-outcomes.ts";
import { type FeedbackBench, feedbackBench } from "./testing/feedback-bench.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const UNKNOWN_ID = "0".repeat(32) as MessageId;
const JANE = "+31612345678" as E164;

let bench: FeedbackBench;
let outcomes: Outcomes;
let heard: Outcome[];
beforeEach(async () => {
  bench = await feedbackBench();
  heard = [];
  const journal = heardJournal(bench.store.journal, (record) => {
    const outcome = outcomeOf(record);
    if (outcome !== undefined) heard.push(outcome);
  });
  outcomes = createOutcomes({ store: { ...bench.store, journal } });
});
afterEach(() => bench.store.close());

const acme = (time: EpochMilliseconds, changes: Partial<OutcomeReporter> = {}): OutcomeReporter => ({
  account: ACME,
  key: "key_1",
  at: time,
  impossibleTimes: "refuse",
  ...changes,
});
const claim = (id: MessageId, kind: OutcomeKind = "verified", occurredAt?: EpochMilliseconds): OutcomeClaim => ({
  kind,
  about: { id },
  occurredAt,
});
const byNumber = (to: E164, occurredAt?: EpochMilliseconds): OutcomeClaim => ({
  kind: "verified",
  about: { to },
  occurredAt,
});
const types = async (claims: readonly OutcomeClaim[], reporter = acme(at(MINUTE))) =>
  (await outcomes.report(reporter, claims)).map(({ type }) => type);

async function decision(changes: Parameters<typeof decisionMade>[1] = {}): Promise<MessageId> {
  const id = bench.store.journal.upcomingId();
  await bench.store.journal.append([decisionMade(id, changes)]);
  return id;
}

describe("an outcome", () => {
  test("is recorded with what it is about, and heard", async () => {
    const id = await decision({ purpose: "notification" });
    const answers = await outcomes.report(acme(at(MINUTE)), [claim(id, "activity", at(30_000))]);
    expect(answers).toEqual([{ type: "recorded", message: id, of: "decision" }]);
    const facts = { account: ACME, to: JANE, purpose: "notification", sentAt: NOON, occurredAt: at(30_000) };
    const told = { ...facts, kind: "activity", message: id, at: at(MINUTE) };
    expect(heard).toEqual([told]);
    expect(await bench.records("outcome_reported")).toEqual([
      { ...told, type: "outcome_reported", key: "key_1", of: "decision", destination: "NL" },
    ]);
  });

  test("of the same kind is known the second time: later, in the same breath, and at the same time", async () => {
    const { id } = await bench.message();
    expect(await types([claim(id), claim(id), claim(id, "activity")])).toEqual(["recorded", "known", "recorded"]);
    expect(await types([claim(id), claim(id, "banned")])).toEqual(["known", "recorded"]);
    const other = await decision();
    const all = await Promise.all(Array.from({ length: 20 }, () => types([claim(other)])));
    expect(all.flat().filter((type) => type === "recorded")).toHaveLength(1);
    expect(heard).toHaveLength(4);
  });

  test("keeps how many codes were entered, where that was said", async () => {
    const { id } = await bench.message();
    const other = await decision();
    await types([{ ...claim(id), attempts: 3 }, claim(other)]);
    expect(heard.map(({ attempts }) => attempts)).toEqual([3, undefined]);
    expect(await bench.records("outcome_reported")).toMatchObject([{ attempts: 3 }, { message: other }]);
    expect((await bench.records("outcome_reported"))[1]).not.toHaveProperty("attempts");
  });

  test("may come before the one that it follows from", async () => {
    const { id } = await bench.message();
    expect(await types([claim(id, "verified"), claim(id, "delivered"), claim(id, "failed")])).toEqual([
      "recorded",
      "recorded",
      "recorded",
    ]);
    expect(heard.map(({ kind }) => kind)).toEqual(["verified", "delivered", "failed"]);
  });

  test("is known where the provider's delivery report said so before", async () => {
    const { id } = await bench.message();
    const report = { message: id, status: "delivered", occurredAt: NOON, code: undefined, text: undefined } as const;
    await bench.store.journal.append([{ type: "delivery_reported", at: NOON, report }]);
    expect(await types([claim(id, "delivered"), claim(id, "failed")])).toEqual(["known", "recorded"]);
  });

  test("about nothing, or about another account's message, is unknown, and nothing is recorded", async () => {
    const { id } = await bench.message();
    const other = acme(at(MINUTE), { account: OTHER });
    const before = bench.store.journal.lastSequence;
    const [missing, foreign] = await outcomes.report(other, [claim(UNKNOWN_ID), claim(id)]);
    expect(foreign).toEqual(missing);
    expect(foreign).toEqual({ type: "unknown" });
    expect(await types([byNumber(JANE)], other)).toEqual(["unknown"]);
    expect(bench.store.journal.lastSequence).toBe(before);
  });
});

describe("an outcome by number", () => {
  test("is about the latest message of the 24 hours before", async () => {
    const late = await decision({ at: at(-DAY) });
    const said = async (time: EpochMilliseconds) => {
      const [answer] = await outcomes.report(acme(at(0)), [byNumber(JANE, time)]);
      return answer !== undefined && "message" in answer ? answer.message : answer?.type;
    };
    expect(await said(at(0))).toBe(late);
    expect(await said(at(1))).toBe("unknown");
    expect(await said(at(-DAY - 10 * MINUTE))).toBe("unknown");
  });

  test("may have a time a little before the message, because clocks differ", async () => {
    const id = await decision();
    expect(await outcomes.report(acme(at(MINUTE)), [byNumber(JANE, at(-4 * MINUTE))])).toMatchObject([{ message: id }]);
    expect(heard).toMatchObject([{ occurredAt: NOON }]);
  });
});

describe("a claimed time", () => {
  test.each([
    ["now, where there is none", undefined, at(10 * MINUTE)],
    ["as claimed", at(3 * MINUTE), at(3 * MINUTE)],
    ["now, where the other clock is a little ahead", at(14 * MINUTE), at(10 * MINUTE)],
    ["the message's, where the other clock is a little behind", at(-5 * MINUTE), NOON],
  ])("is recorded: %s", async (_, claimed, recorded) => {
    const { id } = await bench.message();
    expect(await types([claim(id, "verified", claimed)], acme(at(10 * MINUTE)))).toEqual(["recorded"]);
    expect(heard).toMatchObject([{ occurredAt: recorded }]);
  });

  test("that cannot be is refused, and says what can; others beside it are recorded", async () => {
    const { id } = await bench.message();
    const now = at(10 * MINUTE);
    const answers = await outcomes.report(acme(now), [
      claim(id, "verified", at(15 * MINUTE + 1)),
      claim(id, "delivered", at(-5 * MINUTE - 1)),
      claim(id, "failed", at(-181 * DAY)),
      claim(id, "activity", at(MINUTE)),
    ]);
    expect(answers).toEqual([
      { type: "refused", reason: "in_future", limit: now },
      { type: "refused", reason: "before_message", limit: NOON },
      { type: "refused", reason: "too_late", limit: now - 180 * DAY },
      { type: "recorded", message: id, of: "message" },
    ]);
    expect(heard.map(({ kind }) => kind)).toEqual(["activity"]);
  });

  test("is too late 180 days after the message, as long as that is kept", async () => {
    const { id } = await bench.message();
    expect(await types([claim(id)], acme(at(180 * DAY)))).toEqual(["recorded"]);
    expect(await types([claim(id, "activity")], acme(at(180 * DAY + 1)))).toEqual(["refused"]);
  });

  test("that cannot be is moved, where the dialect has no words for it", async () => {
    const { id } = await bench.message();
    const reporter = acme(at(MINUTE), { impossibleTimes: "move" });
    expect(await types([claim(id, "verified", at(DAY)), claim(id, "activity", at(-DAY))], reporter)).toEqual([
      "recorded",
      "recorded",
    ]);
    expect(heard.map(({ occurredAt }) => occurredAt)).toEqual([at(MINUTE), NOON]);
  });
});

test("whatever is reported together, each kind is recorded once for each message, heard in the journal's order", async () => {
  const ids = [(await bench.message()).id, await decision(), await decision({ account: OTHER }), UNKNOWN_ID];
  const known = ids.slice(0, 2);
  const one = fc.record({ id: fc.constantFrom(...ids), kind: fc.constantFrom(...OUTCOME_KINDS), wait: fc.boolean() });
  const recorded = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(one, { maxLength: 5 }), { maxLength: 6 }), async (requests) => {
      const running: Promise<void>[] = [];
      for (const request of requests) {
        const work = outcomes
          .report(
            acme(at(MINUTE)),
            request.map(({ id, kind }) => claim(id, kind)),
          )
          .then((answers) => {
            for (const [index, { id, kind }] of request.entries()) {
              const name = `${kind} ${id}`;
              const { type } = answers[index] ?? {};
              if (!known.includes(id)) expect(type).toBe("unknown");
              else if (type === "recorded") {
                expect(recorded.has(name)).toBe(false);
                recorded.add(name);
              } else expect(type).toBe("known");
            }
          });
        running.push(work);
        if (request.some(({ wait }) => wait)) await work;
      }
      await Promise.all(running);
    }),
    { numRuns: 60 },
  );
  const journal: JournalRecord[] = await bench.records("outcome_reported");
  expect(heard).toEqual(journal.map(outcomeOf));
  expect(heard.map(({ kind, message }) => `${kind} ${message}`).sort()).toEqual([...recorded].sort());
});

test("what cannot be recorded is not answered", async () => {
  const { id } = await bench.message();
  const journal = { append: () => Promise.reject(new Error("disk full")) };
  const broken = createOutcomes({ store: { ...bench.store, journal } });
  await expect(broken.report(acme(at(MINUTE)), [claim(id)])).rejects.toThrow("disk full");
});
