import type { EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KeyPrincipal } from "../../accounts/principal.ts";
import { heardJournal } from "../../store/heard-journal.ts";
import { ACME, at, messageBlocked, NOON } from "../../store/testing/sample-records.ts";
import { DELIVERY_STATUSES, type DeliveryReport, type DeliveryStatus } from "./delivery-report.ts";
import type { Feedback } from "./feedback.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { createFeedback } from "./record-feedback.ts";
import { createOutcomes } from "./report-outcomes.ts";
import { type FeedbackBench, feedbackBench } from "./testing/feedback-bench.ts";

let bench: FeedbackBench;
let feedback: Feedback;
let queued = 0;
const heard: Outcome[] = [];
beforeAll(async () => {
  bench = await feedbackBench();
  const journal = heardJournal(bench.store.journal, (record) => {
    const outcome = outcomeOf(record);
    if (outcome !== undefined) heard.push(outcome);
  });
  feedback = createFeedback({
    journal,
    outcomes: createOutcomes({ store: { ...bench.store, journal } }),
    messages: bench.store.messages,
    directory: bench.directory,
    now: () => NOON,
    noticesQueued: () => {
      queued += 1;
    },
  });
});
beforeEach(() => bench.reports(ACME, { webhookUrl: "https://acme.example/hook" }));
afterAll(() => bench.store.close());

const report = (message: DeliveryReport["message"], status: DeliveryStatus, occurredAt = NOON): DeliveryReport => ({
  message,
  status,
  occurredAt,
  code: undefined,
  text: undefined,
});
const noticesOf = async (id: DeliveryReport["message"]) =>
  (await bench.records("notice_queued")).flatMap(({ notice }) =>
    notice.dialect !== "alert" && notice.message === id ? [notice] : [],
  );

describe("a delivery report", () => {
  test("moves the message on, and the account hears of it", async () => {
    const message = await bench.message();
    const before = queued;
    await feedback.delivered(message, report(message.id, "sent"));
    await feedback.delivered(message, report(message.id, "delivered", at(50)));
    expect(await bench.view(message.id)).toMatchObject({ status: "delivered", reportedAt: at(50) });
    expect((await noticesOf(message.id)).map(({ report: { status } }) => status)).toEqual(["sent", "delivered"]);
    expect(queued - before).toBe(2);
  });

  test("goes to the message's callback, to the CM.com URL for CM.com messages, and to the webhook", async () => {
    bench.reports(ACME, { cmUrl: "https://acme.example/cm", webhookUrl: "https://acme.example/hook" });
    const callback = { dialect: "twilio", url: "https://acme.example/cb" } as const;
    const targets = async (changes: Parameters<FeedbackBench["message"]>[0]) => {
      const message = await bench.message(changes);
      await feedback.delivered(message, report(message.id, "delivered"));
      return (await noticesOf(message.id)).map(({ dialect, url }) => `${dialect} ${url}`);
    };
    const webhook = "native https://acme.example/hook";
    expect(await targets({ callback })).toEqual(["twilio https://acme.example/cb", webhook]);
    expect(await targets({ dialect: "cm" })).toEqual(["cm https://acme.example/cm", webhook]);
    expect(await targets({ dialect: "native" })).toEqual([webhook]);
    bench.reports(ACME, {});
    expect(await targets({ dialect: "cm" })).toEqual([]);
  });

  test("resolves a doubt", async () => {
    const message = await bench.message({}, { type: "in_doubt", cause: "timeout", text: "no answer" });
    expect(message.status).toBe("in_doubt");
    await feedback.delivered(message, report(message.id, "delivered"));
    expect((await bench.view(message.id)).status).toBe("delivered");
  });

  test("cannot revive a blocked message; it stays as evidence", async () => {
    const id = bench.store.journal.upcomingId();
    await bench.store.journal.append([messageBlocked(id)]);
    const message = await bench.view(id);
    await feedback.delivered(message, report(id, "delivered"));
    expect((await bench.view(id)).status).toBe("blocked");
    expect(await noticesOf(id)).toEqual([]);
    expect((await bench.records("delivery_reported")).filter((record) => record.report.message === id)).toHaveLength(1);
  });

  test("that comes twice at once is news once", async () => {
    const message = await bench.message();
    await Promise.all([1, 2, 3].map(() => feedback.delivered(message, report(message.id, "delivered"))));
    expect(await noticesOf(message.id)).toHaveLength(1);
    expect(
      (await bench.records("delivery_reported")).filter((record) => record.report.message === message.id),
    ).toHaveLength(3);
  });
});

test("reports in any order, any of them repeated, end in one state; the customer hears each state once, upwards", async () => {
  const rank = (status: string) => ["sent", "failed", "undelivered", "delivered", "read"].indexOf(status);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...DELIVERY_STATUSES), { minLength: 1 }),
      fc.infiniteStream(fc.nat()),
      fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
      async (statuses, order, repeats) => {
        const all = [...statuses, ...repeats.flatMap((n) => statuses[n % statuses.length] ?? [])];
        const shuffled = all
          .map((status) => ({ status, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const message = await bench.message();
        for (const [n, { status }] of shuffled.entries())
          await feedback.delivered(message, report(message.id, status, (NOON + n) as EpochMilliseconds));
        const best = statuses.toSorted((a, b) => rank(b) - rank(a))[0];
        expect((await bench.view(message.id)).status).toBe(best);
        const told = (await noticesOf(message.id)).map((notice) => notice.report.status);
        expect(told).toEqual([...new Set(told)].toSorted((a, b) => rank(a) - rank(b)));
        expect(told.at(-1)).toBe(best);
      },
    ),
    { numRuns: 40 },
  );
});

describe("as an outcome", () => {
  const about = { account: ACME, to: "+31612345678", purpose: "otp", sentAt: NOON };
  const heardOf = (id: DeliveryReport["message"]) => heard.filter(({ message }) => message === id);

  test("a delivery report is heard once, when it is first to say so", async () => {
    const message = await bench.message();
    await feedback.delivered(message, report(message.id, "sent"));
    expect(heardOf(message.id)).toEqual([]);
    await feedback.delivered(message, report(message.id, "failed", at(5)));
    await feedback.delivered(message, report(message.id, "undelivered", at(6)));
    await feedback.delivered(message, report(message.id, "delivered", at(7)));
    await feedback.delivered(message, report(message.id, "delivered", at(7)));
    await feedback.delivered(message, report(message.id, "read", at(9)));
    const told = { ...about, message: message.id, at: NOON };
    expect(heardOf(message.id)).toEqual([
      { ...told, kind: "failed", occurredAt: at(5) },
      { ...told, kind: "delivered", occurredAt: at(7) },
    ]);
  });

  test("a stopped message's report is none", async () => {
    const id = bench.store.journal.upcomingId();
    await bench.store.journal.append([messageBlocked(id)]);
    await feedback.delivered(await bench.view(id), report(id, "delivered"));
    expect(heardOf(id)).toEqual([]);
  });

  test("a completed verification is recorded as the client's claim, once", async () => {
    const message = await bench.message();
    const principal = { key: { id: "key_1" } } as KeyPrincipal;
    await feedback.verified(principal, message, "confirmed", at(100), at(200));
    await feedback.verified(principal, message, "confirmed", at(150), at(300));
    const recorded = (await bench.records("outcome_reported")).filter((record) => record.message === message.id);
    expect(recorded).toEqual([
      {
        type: "outcome_reported",
        ...about,
        at: at(200),
        key: "key_1",
        kind: "verified",
        message: message.id,
        of: "message",
        destination: "NL",
        occurredAt: at(100),
      },
    ]);
    expect(heardOf(message.id)).toEqual([
      { ...about, kind: "verified", message: message.id, occurredAt: at(100), at: at(200) },
    ]);
  });

  test("a time that cannot be is moved to the nearest that can", async () => {
    const principal = { key: { id: "key_1" } } as KeyPrincipal;
    for (const [claimed, recorded] of [
      [at(1_000_000_000), at(200)],
      [at(-1_000_000_000), NOON],
    ] as const) {
      const message = await bench.message();
      await feedback.verified(principal, message, "confirmed", claimed, at(200));
      expect(heardOf(message.id)).toMatchObject([{ occurredAt: recorded }]);
    }
  });

  test("a verification that was not completed is none; it stays as evidence", async () => {
    const message = await bench.message();
    const principal = { key: { id: "key_1" } } as KeyPrincipal;
    await feedback.verified(principal, message, "unconfirmed", at(100), at(200));
    expect((await bench.records("verification_reported")).at(-1)).toMatchObject({ outcome: "unconfirmed" });
    expect(heardOf(message.id)).toEqual([]);
  });
});
